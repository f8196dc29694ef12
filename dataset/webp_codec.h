#pragma once

#include <string_view>

#include "dataset/image.h"
#include "dataset/image_header.h"

namespace dataset {

// WebP by libwebp; the contracts of decoder.h. Animations are refused.
ImageHeader ReadWebpHeader(std::string_view bytes);
// The stored picture, before orientation, in three channels. `header` is ReadWebpHeader's.
void DecodeWebp(std::string_view bytes, const ImageHeader& header, Image* out);

}  // namespace dataset
