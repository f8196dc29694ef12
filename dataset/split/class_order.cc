#include "dataset/split/class_order.h"

#include <algorithm>
#include <set>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/class_names.h"
#include "dataset/catalog/manifest.h"
#include "dataset/catalog/whole_number.h"
#include "dataset/io/file.h"

namespace dataset {
namespace {

using NameList = std::vector<std::string>;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool NaturalLess(const std::string& one, const std::string& other) {
  std::string_view a = one, b = other;
  while (!a.empty() && !b.empty()) {
    int order = 0;
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      const std::string_view number = TakeDigits(&a);
      order = CompareDigits(number, TakeDigits(&b));
    } else {
      order = a.substr(0, 1).compare(b.substr(0, 1));
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    if (order != 0) return order < 0;
  }
  return a.empty() != b.empty() ? a.empty() : one < other;
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

OrderedClasses OrderClasses(NameList names, const SplitOptions& options) {
  if (options.class_list) {
    OrderedClasses given{ReadOrder(names, *options.class_list), "", ""};
    given.order = Sha256Hex(FormatClasses(given.names));
    return given;
  }
  const bool numbers = AreWholeNumbers(names);
  std::sort(names.begin(), names.end());
  const NameList bytewise = names;
  if (options.class_order == ClassOrder::kAuto || (options.class_order == ClassOrder::kNatural && numbers)) {
    SortClassNames(&names);
  } else if (options.class_order == ClassOrder::kNatural) {
    std::sort(names.begin(), names.end(), NaturalLess);
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
