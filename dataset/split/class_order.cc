#include "dataset/split/class_order.h"

#include <algorithm>
#include <set>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/manifest.h"
#include "dataset/io/file.h"

namespace dataset {
namespace {

using NameList = std::vector<std::string>;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Removes the number that `text` begins with, and returns its digits without zeros at the beginning.
std::string_view TakeNumber(std::string_view* text) {
  size_t end = 0;
  while (end < text->size() && IsDigit((*text)[end])) ++end;
  std::string_view digits = text->substr(0, end);
  text->remove_prefix(end);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

// By value; digits without zeros at the beginning.
int CompareDigits(std::string_view a, std::string_view b) {
  return a.size() == b.size() ? a.compare(b) : a.size() < b.size() ? -1 : 1;
}

bool NaturalLess(const std::string& one, const std::string& other) {
  std::string_view a = one, b = other;
  while (!a.empty() && !b.empty()) {
    int order = 0;
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      const std::string_view number = TakeNumber(&a);
      order = CompareDigits(number, TakeNumber(&b));
    } else {
      order = a.substr(0, 1).compare(b.substr(0, 1));
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    if (order != 0) return order < 0;
  }
  return a.empty() != b.empty() ? a.empty() : one < other;
}

bool NumberLess(const std::string& a, const std::string& b) {
  const std::optional<WholeNumber> one = ParseWholeNumber(a), other = ParseWholeNumber(b);
  return *one == *other ? a < b : *one < *other;
}

NameList ReadOrder(const NameList& names, const std::filesystem::path& file) {
  NameList order = ParseClasses(ReadFile(file, 64 << 20), file.string());
  const std::set<std::string_view> known(names.begin(), names.end()), listed(order.begin(), order.end());
  for (const std::string& name : names) {
    if (!listed.contains(name)) throw Error(file, "does not name class \"" + Printable(name) + "\", which has images");
  }
  for (const std::string& name : order) {
    if (!known.contains(name)) throw Error(file, "names class \"" + Printable(name) + "\", which does not exist");
  }
  return order;
}

std::string Label(const NameList& names, size_t label) {
  return "class " + Printable(names[label]) + " has label " + std::to_string(label);
}

}  // namespace

bool WholeNumber::operator<(const WholeNumber& other) const {
  if (negative != other.negative) return negative;
  const int order = CompareDigits(digits, other.digits);
  return negative ? order > 0 : order < 0;
}

std::optional<WholeNumber> ParseWholeNumber(std::string_view text) {
  WholeNumber number;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || !IsDigit(text.front())) return std::nullopt;
  number.digits = TakeNumber(&text);
  if (text.size() > 1 && text.front() == '.') text.remove_prefix(std::min(text.find_first_not_of('0', 1), text.size()));
  if (!text.empty()) return std::nullopt;
  number.negative = number.negative && !number.digits.empty();
  return number;
}

std::string KeyOf(const WholeNumber& number) { return (number.negative ? "-" : "") + number.digits; }

bool AreWholeNumbers(const NameList& names) {
  return !names.empty() && std::all_of(names.begin(), names.end(),
                                       [](const std::string& name) { return ParseWholeNumber(name).has_value(); });
}

OrderedClasses OrderClasses(NameList names, const SplitOptions& options) {
  if (options.class_list) {
    OrderedClasses given{ReadOrder(names, *options.class_list), "", ""};
    given.order = Sha256Hex(FormatClasses(given.names));
    return given;
  }
  const bool numbers = AreWholeNumbers(names);
  std::sort(names.begin(), names.end());
  const NameList bytewise = names;
  if (options.class_order == ClassOrder::kNatural || (options.class_order == ClassOrder::kAuto && numbers)) {
    std::sort(names.begin(), names.end(), numbers ? NumberLess : NaturalLess);
  }
  OrderedClasses ordered{std::move(names), "", ""};
  if (ordered.names != bytewise) ordered.order = NameOf(ClassOrder::kNatural);
  if (numbers && options.class_order == ClassOrder::kAuto) {
    const size_t last = ordered.names.size() - 1;
    ordered.note = "all class names are whole numbers, so labels are in number order: " + Label(ordered.names, 0) +
                   (last > 0 ? ", " + Label(ordered.names, last) : "") + " (`class_order`)";
  }
  return ordered;
}

}  // namespace dataset
