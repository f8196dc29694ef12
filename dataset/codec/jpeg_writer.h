#pragma once

#include <string>

#include "dataset/image/image.h"

namespace dataset {

// EncodeJpeg of encoder.h, through libjpeg-turbo.
void CompressJpeg(const Image& image, int quality, std::string* out);

}  // namespace dataset
