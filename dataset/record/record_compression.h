#pragma once

#include "dataset/base/enum_names.h"

namespace dataset {

// The compression of a TFRecord file as a whole (proto/FORMAT.md, section 3).
enum class RecordCompression { kNone, kGzip, kZlib };
constexpr auto EnumNames(RecordCompression) {
  return NameTable<RecordCompression, 3>{
      {{RecordCompression::kNone, "none"}, {RecordCompression::kGzip, "gzip"}, {RecordCompression::kZlib, "zlib"}}};
}

}  // namespace dataset
