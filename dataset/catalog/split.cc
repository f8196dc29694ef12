#include "dataset/catalog/split.h"

namespace dataset {

std::optional<Split> ParseSplit(std::string_view name) {
  return name == "validation" ? Split::kVal : ParseName<Split>(name);
}

}  // namespace dataset
