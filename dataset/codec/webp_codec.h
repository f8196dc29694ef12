#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// WebP by libwebp; the contracts of decoder.h. Animations are refused.
ImageHeader ReadWebpHeader(std::string_view bytes);
// The stored picture, before orientation, in three channels. `header` is ReadWebpHeader's.
void DecodeWebp(std::string_view bytes, const ImageHeader& header, Image* out);

}  // namespace dataset
