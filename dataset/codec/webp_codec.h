#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// Reads WebP files through libwebp, with the contracts of decoder.h. Refuses animations.
ImageHeader ReadWebpHeader(std::string_view bytes);
// Decodes the stored picture, before orientation, to three channels. `header` must come from ReadWebpHeader.
void DecodeWebp(std::string_view bytes, const ImageHeader& header, Image* out);

}  // namespace dataset
