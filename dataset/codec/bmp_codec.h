#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// Reads Windows and OS/2 bitmaps, plain or of runs (RLE4, RLE8), with the contracts of decoder.h. Uses no library,
// since the usual ones print on errors.
ImageHeader ReadBmpHeader(std::string_view bytes);
// Decodes the stored picture to three channels, top row first. `header` must come from ReadBmpHeader.
void DecodeBmp(std::string_view bytes, const ImageHeader& header, Image* out);

}  // namespace dataset
