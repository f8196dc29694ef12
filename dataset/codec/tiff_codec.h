#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// Reads the first page of TIFF files through libtiff, with the contracts of decoder.h.
ImageHeader ReadTiffHeader(std::string_view bytes);
// Decodes the stored picture, before orientation, to one channel if it is grey, otherwise to three. `header` must come
// from ReadTiffHeader.
void DecodeTiff(std::string_view bytes, const ImageHeader& header, Image* out);

}  // namespace dataset
