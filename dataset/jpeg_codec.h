#pragma once

#include <string_view>

#include "dataset/decoder.h"
#include "dataset/image.h"

namespace dataset {

// JPEG by libjpeg-turbo; the contracts of decoder.h.
ImageHeader ReadJpegHeader(std::string_view bytes);
// Throws Error if the frame header is not in `beginning`.
Size PeekJpegSize(std::string_view beginning);
// See HasGoodEnds in decoder.h.
bool HasGoodJpegEnds(std::string_view beginning, std::string_view end);
FineRect DecodeJpeg(std::string_view bytes, const DecodeOptions& options, Image* out);

}  // namespace dataset
