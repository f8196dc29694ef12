#include "train/network/rectifier_kernel.h"

// Highway includes this file once for each kind of vector unit.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/network/rectifier_kernel.cc"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace train::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using One = hn::CappedTag<int16_t, 1>;

const int16_t* Signed(const uint16_t* bits) { return reinterpret_cast<const int16_t*>(bits); }
int16_t* Signed(uint16_t* bits) { return reinterpret_cast<int16_t*>(bits); }

template <typename D>
HWY_INLINE hn::Vec<D> ValuesOf(D d, hn::Vec<D> x, int16_t limit) {
  const auto is_nan = hn::Gt(hn::And(x, hn::Set(d, 0x7FFF)), hn::Set(d, static_cast<int16_t>(kBfloat16Infinity)));
  return hn::IfThenElse(is_nan, x, hn::Min(hn::Max(x, hn::Zero(d)), hn::Set(d, limit)));
}

template <typename D>
HWY_INLINE hn::Vec<D> GradientsOf(D d, hn::Vec<D> y, hn::Vec<D> dy, int16_t limit) {
  return hn::IfThenZeroElse(hn::Or(hn::Eq(y, hn::Zero(d)), hn::Eq(y, hn::Set(d, limit))), dy);
}

// Calls step(d, i) for whole vectors d, then for single values.
template <typename Step>
void ForVectors(size_t count, const Step& step) {
  const hn::ScalableTag<int16_t> whole;
  size_t i = 0;
  for (; i + hn::Lanes(whole) <= count; i += hn::Lanes(whole)) step(whole, i);
  for (; i < count; ++i) step(One(), i);
}

void Values(const uint16_t* x, size_t count, uint16_t limit, uint16_t* y) {
  ForVectors(count, [=](auto d, size_t i) {
    hn::StoreU(ValuesOf(d, hn::LoadU(d, Signed(x) + i), static_cast<int16_t>(limit)), d, Signed(y) + i);
  });
}

void Gradients(const uint16_t* y, const uint16_t* dy, size_t count, uint16_t limit, uint16_t* dx) {
  ForVectors(count, [=](auto d, size_t i) {
    const auto gradients =
        GradientsOf(d, hn::LoadU(d, Signed(y) + i), hn::LoadU(d, Signed(dy) + i), static_cast<int16_t>(limit));
    hn::StoreU(gradients, d, Signed(dx) + i);
  });
}

}  // namespace
}  // namespace train::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace train {

HWY_EXPORT(Values);
HWY_EXPORT(Gradients);

void RectifiedValues(const uint16_t* x, size_t count, uint16_t limit, uint16_t* y) {
  HWY_DYNAMIC_DISPATCH(Values)(x, count, limit, y);
}

void RectifiedGradients(const uint16_t* y, const uint16_t* dy, size_t count, uint16_t limit, uint16_t* dx) {
  HWY_DYNAMIC_DISPATCH(Gradients)(y, dy, count, limit, dx);
}

}  // namespace train
#endif  // HWY_ONCE
