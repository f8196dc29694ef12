#pragma once

#include <string>
#include <string_view>

#include "dataset/decoder.h"
#include "dataset/image.h"

namespace dataset {

// The JPEG parts of decoder.h and encoder.h, by libjpeg-turbo; the same contracts.
ImageHeader ReadJpegHeader(std::string_view bytes);
Rect DecodeJpeg(std::string_view bytes, const DecodeOptions& options, Image* out);
void CompressJpeg(const Image& image, int quality, std::string* out);

}  // namespace dataset
