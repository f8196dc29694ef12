#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/deep_image.h"
#include "dataset/image/image.h"

namespace dataset {

// Reads the first page of TIFF files through libtiff, with the contracts of decoder.h. The header says whether the
// pixels are in a form that is read, so that only damaged data are left to fail.
ImageHeader ReadTiffHeader(std::string_view bytes);
// Decodes the stored picture, before orientation, to one channel if it is grey, otherwise to three. `header` must come
// from ReadTiffHeader.
void DecodeTiff(std::string_view bytes, const ImageHeader& header, Image* out);
// The values of the stored picture, which has 16 or 32 bits, in the same channels.
void DecodeDeepTiff(std::string_view bytes, const ImageHeader& header, DeepImage* out);

}  // namespace dataset
