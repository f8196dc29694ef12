#include "dataset/catalog/class_names.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "dataset/base/folded_name.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/whole_number.h"

namespace dataset {
namespace {

bool NumberLess(const std::string& a, const std::string& b) {
  const std::optional<WholeNumber> one = ParseWholeNumber(a), other = ParseWholeNumber(b);
  return *one == *other ? a < b : *one < *other;
}

std::string Described(std::string_view name, std::string_view path) {
  return Quoted(name) + (path.empty() ? "" : " (" + Printable(path) + ")");
}

}  // namespace

std::string LookAlikeKey(std::string_view name) {
  const std::string folded = FoldedName(name);
  const std::optional<WholeNumber> number = ParseWholeNumber(folded);
  return number ? "number " + KeyOf(*number) : "name " + folded;
}

std::string LookAlikePair::Text(std::string_view path_of_one, std::string_view path_of_other) const {
  const bool numbers = FoldedName(one) != FoldedName(other);
  return "classes " + Described(one, path_of_one) + " and " + Described(other, path_of_other) +
         (numbers ? " are the same number"
                  : " differ at most in case, blanks, invisible characters or the way accents are encoded") +
         "; join them or rename one";
}

std::vector<LookAlikePair> FindLookAlikes(const std::vector<std::string>& names) {
  std::vector<LookAlikePair> found;
  std::unordered_map<std::string, const std::string*> first;
  for (const std::string& name : names) {
    const auto [place, added] = first.try_emplace(LookAlikeKey(name), &name);
    if (!added) found.push_back({*place->second, name});
  }
  return found;
}

bool AreWholeNumbers(const std::vector<std::string>& names) {
  return !names.empty() && std::all_of(names.begin(), names.end(),
                                       [](const std::string& name) { return ParseWholeNumber(name).has_value(); });
}

void SortClassNames(std::vector<std::string>* names) {
  std::sort(names->begin(), names->end());
  if (AreWholeNumbers(*names)) std::sort(names->begin(), names->end(), NumberLess);
}

}  // namespace dataset
