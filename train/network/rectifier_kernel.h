#pragma once

#include <cstddef>
#include <cstdint>

namespace train {

// ReLU with an upper limit, for the bits of bfloat16, whose order is that of the bits of positive numbers. All
// functions are thread-safe.

inline constexpr uint16_t kBfloat16Six = 0x40C0;
inline constexpr uint16_t kBfloat16Infinity = 0x7F80;

// Writes x, but 0 below 0 and `limit` above it, to `y`, which may be `x`. `limit` is positive. NaN stays as it is.
void RectifiedValues(const uint16_t* x, size_t count, uint16_t limit, uint16_t* y);

// Writes dy where the rectified value `y` is neither 0 nor `limit`, else 0, to `dx`, which may be `dy`.
void RectifiedGradients(const uint16_t* y, const uint16_t* dy, size_t count, uint16_t limit, uint16_t* dx);

}  // namespace train
