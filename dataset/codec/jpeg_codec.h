#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// JPEG by libjpeg-turbo; the contracts of decoder.h.
ImageHeader ReadJpegHeader(std::string_view bytes);
// Throws Error if the frame header is not in `beginning`.
Size PeekJpegSize(std::string_view beginning);
// See HasGoodEnds in decoder.h.
bool HasGoodJpegEnds(std::string_view beginning, std::string_view end);
// The DCT scale, in eighths, for the part `wanted` of a JPEG: 8, or the smallest of 1, 2 and 4 that leaves min_width
// and min_height. Others, libjpeg-turbo has no vector code for: they take longer than 8/8.
int ChooseEighths(const DecodeOptions& options, const Rect& wanted);
FineRect DecodeJpeg(std::string_view bytes, const DecodeOptions& options, Image* out);

}  // namespace dataset
