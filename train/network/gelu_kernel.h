#pragma once

#include <cstddef>
#include <cstdint>

namespace train {

// x times Phi(x), the cumulative distribution of the normal (GELU: Hendrycks and Gimpel, 2016), to 2e-7 of |x|. Values
// are float, or the bits of bfloat16, for which single steps are in float and the result is rounded to the nearest.
// Thread-safe.

// `y` may be `x`.
void GeluValues(const float* x, size_t count, float* y);
void GeluValues(const uint16_t* x, size_t count, uint16_t* y);

// The derivative at `x` times `dy`; `dx` may be `dy`.
void GeluGradients(const float* x, const float* dy, size_t count, float* dx);
void GeluGradients(const uint16_t* x, const uint16_t* dy, size_t count, uint16_t* dx);

}  // namespace train
