#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// Reads WebP files through libwebp, with the contracts of decoder.h. Of an animation the first frame counts.
ImageHeader ReadWebpHeader(std::string_view bytes);
// Decodes the stored picture, before orientation, to three channels; black around the first frame of an animation.
// `header` must come from ReadWebpHeader.
void DecodeWebp(std::string_view bytes, const ImageHeader& header, Image* out);

}  // namespace dataset
