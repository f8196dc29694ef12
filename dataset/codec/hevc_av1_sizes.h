#pragma once

#include <cstdint>
#include <string_view>

namespace dataset {

// In pixels; 0 x 0: none is told.
struct CodedSize {
  int64_t width = 0;
  int64_t height = 0;
};

// The size that a unit of HEVC (without the length before it) sets for pictures: that of a sequence parameter set. Of
// other and of damaged units none.
CodedSize HevcSize(std::string_view unit);

// The largest size that units of AV1, one after the other, set for pictures: those of sequence headers.
CodedSize Av1Size(std::string_view units);

}  // namespace dataset
