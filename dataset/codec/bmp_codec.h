#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// Windows and OS/2 bitmaps without compression; the contracts of decoder.h. No library: the usual ones print on errors.
ImageHeader ReadBmpHeader(std::string_view bytes);
// The stored picture in three channels, top row first. `header` is ReadBmpHeader's.
void DecodeBmp(std::string_view bytes, const ImageHeader& header, Image* out);

}  // namespace dataset
