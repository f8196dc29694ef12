#pragma once

#include <string>
#include <string_view>

#include "dataset/image/image.h"

namespace dataset {

// Expands a bitmap's runs (RLE8, or RLE4 with `bits` 4) to one byte per pixel, the number of its colour, rows in the
// order of the file. Pixels that the runs leave out are 0, and what lies beyond the picture is ignored. Throws Error
// (cause only) if the runs end before the picture does.
std::string ExpandBmpRuns(std::string_view runs, int bits, Size size);

}  // namespace dataset
