#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// Reads JPEG files through libjpeg-turbo, with the contracts of decoder.h.
ImageHeader ReadJpegHeader(std::string_view bytes);
// Throws Error if `beginning` does not reach the first scan.
Size PeekJpegSize(std::string_view beginning);
// HasGoodEnds of decoder.h, for a JPEG.
bool HasGoodJpegEnds(std::string_view beginning, std::string_view end);
// Returns the DCT scale, in eighths, for the part `wanted` of a JPEG: the smallest of 1, 2 and 4 that keeps
// options.min_width and min_height, otherwise 8. libjpeg-turbo has no vector code for the other scales, which are
// slower than 8/8.
int ChooseEighths(const DecodeOptions& options, const Rect& wanted);
// DecodeImage of decoder.h, for a JPEG.
FineRect DecodeJpeg(std::string_view bytes, const DecodeOptions& options, Image* out);

}  // namespace dataset
