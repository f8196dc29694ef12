#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// TIFF by libtiff; the contracts of decoder.h. Of several pages the first.
ImageHeader ReadTiffHeader(std::string_view bytes);
// The stored picture, before orientation: one channel for grey, else three. `header` is ReadTiffHeader's.
void DecodeTiff(std::string_view bytes, const ImageHeader& header, Image* out);

}  // namespace dataset
