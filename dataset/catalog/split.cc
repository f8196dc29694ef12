#include "dataset/catalog/split.h"

#include <string>
#include <utility>

#include "dataset/base/ascii.h"

namespace dataset {

namespace {

constexpr std::pair<std::string_view, Split> kCommonNames[] = {
    {"train", Split::kTrain},    {"training", Split::kTrain}, {"val", Split::kVal},      {"valid", Split::kVal},
    {"validation", Split::kVal}, {"dev", Split::kVal},        {"eval", Split::kVal},     {"evaluation", Split::kVal},
    {"holdout", Split::kVal},    {"test", Split::kTest},      {"testing", Split::kTest},
};

constexpr std::string_view kEndings[] = {"set", "data", "split", "images", "imgs"};

std::string WithoutEnding(std::string name) {
  for (const std::string_view ending : kEndings) {
    if (!name.ends_with(ending)) continue;
    name.resize(name.size() - ending.size());
    if (name.ends_with('_') || name.ends_with('-') || name.ends_with(' ')) name.pop_back();
    break;
  }
  return name;
}

}  // namespace

std::optional<Split> ParseSplit(std::string_view name) {
  const std::string common = WithoutEnding(AsciiLower(name));
  for (const auto& [text, split] : kCommonNames) {
    if (common == text) return split;
  }
  return std::nullopt;
}

}  // namespace dataset
