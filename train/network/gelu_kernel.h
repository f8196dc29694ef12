#pragma once

#include <cstddef>
#include <cstdint>

namespace train {

// GELU (Hendrycks and Gimpel, 2016): x * Phi(x), where Phi is the cumulative distribution of the normal distribution.
// Values are float, with an error of at most 2e-7 * |x|, or the bits of bfloat16, computed in float and rounded to the
// nearest. All functions are thread-safe.

// Writes x * Phi(x) to `y`, which may be `x`.
void GeluValues(const float* x, size_t count, float* y);
void GeluValues(const uint16_t* x, size_t count, uint16_t* y);

// Writes the derivative at `x` times `dy` to `dx`, which may be `dy`.
void GeluGradients(const float* x, const float* dy, size_t count, float* dx);
void GeluGradients(const uint16_t* x, const uint16_t* dy, size_t count, uint16_t* dx);

}  // namespace train
