#pragma once

#include <array>
#include <cstdint>

#include "dataset/augment/random_crop.h"
#include "dataset/base/random.h"
#include "dataset/image/image.h"

namespace dataset {

// Draws the rectangle that is erased from a square of `size` pixels a side, as torchvision's RandomErasing.get_params
// does. The ratio of `range` is height / width. Makes up to 10 tries for a rectangle that is smaller than the square on
// both sides; if all fail, the result is empty.
Rect DrawErasing(const AreaRange& range, int size, Rng& rng);

// The functions below change `part` of a picture of 1 or 3 channels, HWC, `width` pixels a row. The part must lie
// inside the picture; it may be empty.

// Fills the part with one colour; with one channel, with the colour's luma.
void FillPart(const Rect& part, const std::array<uint8_t, 3>& colour, int width, int channels, uint8_t* pixels);
// Fills the part, row by row, with random bytes: those of Philox4x32's words for the counters (i, 0, 0, 0), i = 0, 1,
// ..., low bytes first.
void FillPartWithNoise(const Rect& part, std::array<uint32_t, 2> key, int width, int channels, uint8_t* pixels);

}  // namespace dataset
