#pragma once

#include <cstddef>
#include <cstdint>

#include "dataset/image/axis_filter.h"
#include "dataset/image/resampler.h"

// The inner loops of the resampler, in the widest vectors that the processor has. All processors give the same results.
// Between the two directions a value has kFractionBits fraction bits and may lie somewhat outside of 0 ... 255.
namespace dataset {

inline constexpr int kFractionBits = 6;

// Sizes for BlendColumns, in values: what it may read, but not use, beyond a row, and its scratch memory for one.
size_t RowMargin(const AxisFilter& across);
size_t PairedRowSize(int width, const AxisFilter& across);

// Target pixel y of each of `values` columns, which begin at `source` and go on `stride` bytes apart.
void BlendRows(const uint8_t* source, size_t stride, const AxisFilter& filter, int y, size_t values, int16_t* out);

// The target pixels of a row of `width` pixels of 1 or 3 channels. The filter's `group` is 4, or with 3 channels its
// `align` is 2.
void BlendColumns(const int16_t* row, int width, int channels, const AxisFilter& filter, int16_t* paired, uint8_t* out);

// A row that keeps its width.
void RoundRow(const int16_t* row, size_t values, uint8_t* out);

// A row of `width` pixels of 1 or 3 channels; plane c begins at out + c * plane.
void SpreadRow(const uint8_t* row, size_t width, int channels, const PlaneScale& scale, float* out, size_t plane);

}  // namespace dataset
