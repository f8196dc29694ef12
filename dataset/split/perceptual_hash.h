#pragma once

#include <cstdint>
#include <string_view>

#include "dataset/image/image.h"

namespace dataset {

// 64 bits that hardly change when a picture is scaled, re-encoded or brightened (proto/FORMAT.md, section 1). Pictures
// are alike if few bits differ. Of an image file; throws Error (cause only) for what cannot be decoded. Thread-safe.
uint64_t PerceptualHash(std::string_view file);
// Of 32 x 32 grey pixels.
uint64_t PerceptualHash(const Image& grey);

}  // namespace dataset
