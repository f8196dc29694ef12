#include "dataset/sample/store.h"

namespace dataset {

std::string_view StoreName(Store store) {
  switch (store) {
    case Store::kCompressed:
      return "compressed";
    case Store::kRaw:
      return "raw";
    case Store::kNormalized:
      return "normalized";
  }
  return "";
}

}  // namespace dataset
