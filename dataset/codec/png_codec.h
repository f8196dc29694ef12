#pragma once

#include <string>
#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/deep_image.h"
#include "dataset/image/image.h"

namespace dataset {

// Reads and writes PNG files through libpng, with the contracts of decoder.h and encoder.h.
ImageHeader ReadPngHeader(std::string_view bytes);
// Throws Error if the IHDR chunk is damaged or not wholly in `beginning`.
Size PeekPngSize(std::string_view beginning);
// Decodes the stored picture, before orientation, to one channel if it is grey, otherwise to three. `header` must come
// from ReadPngHeader.
void DecodePng(std::string_view bytes, const ImageHeader& header, Image* out);
// The values of the stored picture, which has 16 bits, in the same channels.
void DecodeDeepPng(std::string_view bytes, const ImageHeader& header, DeepImage* out);
void CompressPng(const Image& image, std::string* out);

}  // namespace dataset
