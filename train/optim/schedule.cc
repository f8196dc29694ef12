#include "train/optim/schedule.h"

#include <cassert>
#include <cmath>
#include <numbers>

namespace train {

namespace {

// Goes from `start` at t = 0 to `end` at t = 1.
double HalfCosine(double start, double end, double t) {
  return end + (start - end) / 2 * (1 + std::cos(std::numbers::pi * t));
}

}  // namespace

double Schedule::At(int64_t step) const {
  assert(step >= 0 && step < steps);
  switch (kind) {
    case ScheduleKind::kConstant:
      return peak;
    case ScheduleKind::kCosine: {
      const double warm = warmup * static_cast<double>(steps);
      if (static_cast<double>(step) < warm) return peak * static_cast<double>(step + 1) / std::ceil(warm);
      return HalfCosine(peak, 0, (static_cast<double>(step) - warm) / (static_cast<double>(steps) - warm));
    }
    case ScheduleKind::kOneCycle: {
      constexpr double kDivisor = 25, kFinalDivisor = 1e4;
      const double top = warmup * static_cast<double>(steps) - 1;
      const double last = static_cast<double>(steps) - 1;
      const double at = static_cast<double>(step);
      if (at <= top) return HalfCosine(peak / kDivisor, peak, top > 0 ? at / top : 1);
      const double from = std::max(top, 0.0);
      return HalfCosine(peak, peak / kDivisor / kFinalDivisor, last > from ? (at - from) / (last - from) : 0);
    }
  }
  return peak;
}

}  // namespace train
