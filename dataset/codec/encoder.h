#pragma once

#include <string>

#include "dataset/image/image.h"

namespace dataset {

// Baseline JPEG, 4:2:0 (grey: one component), the standard's example tables. quality 1..100. The same pixels give the
// same bytes. Thread-safe.
void EncodeJpeg(const Image& image, int quality, std::string* out);
// 8-bit PNG, lossless, no ancillary chunks.
void EncodePng(const Image& image, std::string* out);

}  // namespace dataset
