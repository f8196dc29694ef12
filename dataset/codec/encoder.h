#pragma once

#include <string>

#include "dataset/image/image.h"

namespace dataset {

// Both functions replace *out, and are thread-safe.

// Writes a baseline JPEG: 4:2:0 (grey: one component), Huffman tables of ITU-T T.81, annex K. `quality` is 1 ... 100.
// The same pixels give the same bytes.
void EncodeJpeg(const Image& image, int quality, std::string* out);
// Writes a PNG with 8 bits per channel and no ancillary chunks.
void EncodePng(const Image& image, std::string* out);

}  // namespace dataset
