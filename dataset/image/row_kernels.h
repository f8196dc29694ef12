#pragma once

#include <cstddef>
#include <cstdint>

#include "dataset/image/axis_filter.h"
#include "dataset/image/resampler.h"

// The inner loops of the resampler, with the widest vectors that the processor has. All processors give the same
// results. Between the two directions a value has kFractionBits fraction bits and may lie somewhat outside 0 ... 255.
// All functions are thread-safe.
namespace dataset {

inline constexpr int kFractionBits = 6;

// The number of values (not bytes) that BlendColumns may read, but does not use, behind the end of a row.
size_t RowMargin(const AxisFilter& across);
// The number of values of `paired`, BlendColumns' scratch memory for a row of `width` pixels.
size_t PairedRowSize(int width, const AxisFilter& across);

// Resizes `values` columns of bytes down to one row: writes target pixel y of each column to `out`. Row k of the
// columns begins at source + k * stride, where row 0 is source row filter.first(y).
void BlendRows(const uint8_t* source, size_t stride, const AxisFilter& filter, int y, size_t values, int16_t* out);

// Resizes a row of `width` pixels of 1 or 3 channels across to filter.size() pixels, rounded and clamped to bytes. The
// filter must have a `group` of 4 for 1 channel, and an `align` of 2 for 3 channels.
void BlendColumns(const int16_t* row, int width, int channels, const AxisFilter& filter, int16_t* paired, uint8_t* out);

// Rounds a row that keeps its width, and clamps it to bytes.
void RoundRow(const int16_t* row, size_t values, uint8_t* out);

// Scales a row of `width` pixels of 1 or 3 channels to planes of floats; plane c begins at out + c * plane.
void SpreadRow(const uint8_t* row, size_t width, int channels, const PlaneScale& scale, float* out, size_t plane);

}  // namespace dataset
