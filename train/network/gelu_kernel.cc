#include "train/network/gelu_kernel.h"

#include <algorithm>

// Highway includes this file once for each kind of vector unit.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/network/gelu_kernel.cc"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace train::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
constexpr D kFloats;
constexpr hn::Rebind<uint16_t, D> kHalves;

V Load(const float* values) { return hn::LoadU(kFloats, values); }

V Load(const uint16_t* values) {
  const hn::RebindToUnsigned<D> bits;
  return hn::BitCast(kFloats, hn::ShiftLeft<16>(hn::PromoteTo(bits, hn::LoadU(kHalves, values))));
}

void Store(V values, float* to) { hn::StoreU(values, kFloats, to); }

// Rounds to the nearest bfloat16, halves to even.
void Store(V values, uint16_t* to) {
  const hn::RebindToUnsigned<D> unsigneds;
  const hn::RebindToSigned<D> signeds;
  const auto bits = hn::BitCast(unsigneds, values);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(unsigneds, 1));
  auto rounded = hn::Add(bits, hn::Add(odd, hn::Set(unsigneds, 0x7FFF)));
  rounded = hn::IfThenElse(hn::RebindMask(unsigneds, hn::IsNaN(values)), hn::Set(unsigneds, 0x7FC00000), rounded);
  hn::StoreU(hn::DemoteTo(kHalves, hn::BitCast(signeds, hn::ShiftRight<16>(rounded))), kHalves, to);
}

// Returns Phi(x) by Abramowitz and Stegun, 7.1.26, whose error is at most 7.5e-8. Sets `bell` to exp(-x * x / 2).
V CumulativeNormal(V x, V& bell) {
  const V one = hn::Set(kFloats, 1.0f);
  // The formula's p is for x / sqrt(2); its coefficients are halved here.
  const V t = hn::Div(one, hn::MulAdd(hn::Abs(x), hn::Set(kFloats, 0.3275911f * 0.70710678f), one));
  V sum = hn::Set(kFloats, 1.061405429f / 2);
  sum = hn::MulAdd(sum, t, hn::Set(kFloats, -1.453152027f / 2));
  sum = hn::MulAdd(sum, t, hn::Set(kFloats, 1.421413741f / 2));
  sum = hn::MulAdd(sum, t, hn::Set(kFloats, -0.284496736f / 2));
  sum = hn::MulAdd(sum, t, hn::Set(kFloats, 0.254829592f / 2));
  // Exp must not get an infinity.
  const V exponent = hn::Max(hn::Mul(hn::Mul(x, x), hn::Set(kFloats, -0.5f)), hn::Set(kFloats, -200.0f));
  bell = hn::Exp(kFloats, exponent);
  const V tail = hn::Mul(hn::Mul(sum, t), bell);
  return hn::IfThenElse(hn::Lt(x, hn::Zero(kFloats)), tail, hn::Sub(one, tail));
}

struct Value {
  template <typename T>
  void operator()(const T* x, T* y) const {
    const V value = Load(x);
    V bell;
    const V cumulative = CumulativeNormal(value, bell);
    Store(hn::Mul(value, cumulative), y);
  }
};

struct Gradient {
  template <typename T>
  void operator()(const T* x, const T* dy, T* dx) const {
    const V value = Load(x);
    V bell;
    const V cumulative = CumulativeNormal(value, bell);
    // The density is the bell over sqrt(2 pi).
    const V slope = hn::MulAdd(hn::Mul(value, bell), hn::Set(kFloats, 0.39894228f), cumulative);
    Store(hn::Mul(slope, Load(dy)), dx);
  }
};

// Calls function(inputs..., out) for all vectors. An incomplete last vector is copied to and from whole ones.
template <typename Function, typename T, typename... Inputs>
void ForVectors(const Function& function, size_t count, T* out, const Inputs*... inputs) {
  const size_t lanes = hn::Lanes(kFloats);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) function(inputs + i..., out + i);
  if (i == count) return;
  struct Whole {
    T values[hn::MaxLanes(kFloats)] = {};
  };
  auto whole = [&](const T* from) {
    Whole copy;
    std::copy_n(from + i, count - i, copy.values);
    return copy;
  };
  Whole result;
  function(whole(inputs).values..., result.values);
  std::copy_n(result.values, count - i, out + i);
}

void FloatValues(const float* x, size_t count, float* y) { ForVectors(Value(), count, y, x); }
void Bfloat16Values(const uint16_t* x, size_t count, uint16_t* y) { ForVectors(Value(), count, y, x); }
void FloatGradients(const float* x, const float* dy, size_t count, float* dx) {
  ForVectors(Gradient(), count, dx, x, dy);
}
void Bfloat16Gradients(const uint16_t* x, const uint16_t* dy, size_t count, uint16_t* dx) {
  ForVectors(Gradient(), count, dx, x, dy);
}

}  // namespace
}  // namespace train::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace train {

HWY_EXPORT(FloatValues);
HWY_EXPORT(Bfloat16Values);
HWY_EXPORT(FloatGradients);
HWY_EXPORT(Bfloat16Gradients);

void GeluValues(const float* x, size_t count, float* y) { HWY_DYNAMIC_DISPATCH(FloatValues)(x, count, y); }
void GeluValues(const uint16_t* x, size_t count, uint16_t* y) { HWY_DYNAMIC_DISPATCH(Bfloat16Values)(x, count, y); }

void GeluGradients(const float* x, const float* dy, size_t count, float* dx) {
  HWY_DYNAMIC_DISPATCH(FloatGradients)(x, dy, count, dx);
}
void GeluGradients(const uint16_t* x, const uint16_t* dy, size_t count, uint16_t* dx) {
  HWY_DYNAMIC_DISPATCH(Bfloat16Gradients)(x, dy, count, dx);
}

}  // namespace train
#endif  // HWY_ONCE
