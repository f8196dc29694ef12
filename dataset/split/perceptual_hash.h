#pragma once

#include <cstdint>
#include <string_view>

#include "dataset/image/image.h"

namespace dataset {

// A perceptual hash has 64 bits that hardly change when a picture is scaled, re-encoded or brightened; two pictures are
// alike if few bits differ. proto/FORMAT.md, section 1, defines it (a "pHash": the lowest terms of a DCT against their
// median). Both functions are thread-safe.

// The hash of an image file. Throws Error (cause only) if it cannot be decoded.
uint64_t PerceptualHash(std::string_view file);
// The hash of a picture of 32 x 32 grey pixels.
uint64_t PerceptualHash(const Image& grey);

}  // namespace dataset
