#pragma once

#include <string>
#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// PNG by libpng; the contracts of decoder.h and encoder.h.
ImageHeader ReadPngHeader(std::string_view bytes);
// Throws Error if the IHDR chunk is not in `beginning` or damaged.
Size PeekPngSize(std::string_view beginning);
// The stored picture, before orientation: one channel for grey, else three. `header` is ReadPngHeader's.
void DecodePng(std::string_view bytes, const ImageHeader& header, Image* out);
void CompressPng(const Image& image, std::string* out);

}  // namespace dataset
