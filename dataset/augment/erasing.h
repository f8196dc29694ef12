#pragma once

#include <array>
#include <cstdint>

#include "dataset/augment/random_crop.h"
#include "dataset/base/random.h"
#include "dataset/image/image.h"

namespace dataset {

// Of ratio height / width. As torchvision's RandomErasing.get_params for a square of `size` pixels a side: up to 10
// tries for a rectangle that is smaller on both sides, else an empty one.
Rect DrawErasing(const AreaRange& range, int size, Rng& rng);

// Of width x channels bytes a row, HWC: makes `part` one colour (on one channel its luma),
void FillPart(const Rect& part, const std::array<uint8_t, 3>& colour, int width, int channels, uint8_t* pixels);
// or random bytes: in order, those of the words of Philox4x32 for the counters (i, 0, 0, 0), i = 0, 1, …, low bytes
// first.
void FillPartWithNoise(const Rect& part, std::array<uint32_t, 2> key, int width, int channels, uint8_t* pixels);

}  // namespace dataset
