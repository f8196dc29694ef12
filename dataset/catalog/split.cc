#include "dataset/catalog/split.h"

namespace dataset {

std::string_view SplitName(Split split) {
  switch (split) {
    case Split::kTrain:
      return "train";
    case Split::kVal:
      return "val";
    case Split::kTest:
      return "test";
  }
  return "";
}

std::optional<Split> ParseSplit(std::string_view name) {
  if (name == "validation") return Split::kVal;
  for (Split split : kSplits) {
    if (name == SplitName(split)) return split;
  }
  return std::nullopt;
}

}  // namespace dataset
