#include "train/optim/schedule.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace train {

namespace {

// Goes from `start` at t = 0 to `end` at t = 1.
double HalfCosine(double start, double end, double t) {
  return end + (start - end) / 2 * (1 + std::cos(std::numbers::pi * t));
}

// The part of the peak in the epoch, which counts from 1.
double PartOf(const std::vector<std::pair<uint32_t, double>>& list, double epoch) {
  double part = 1;
  for (const auto& [first, value] : list) {
    if (epoch >= first) part = value;
  }
  return part;
}

}  // namespace

double Schedule::OneCycle(double step) const {
  constexpr double kDivisor = 25, kFinalDivisor = 1e4;
  const double top = warmup * static_cast<double>(steps) - 1;
  const double last = static_cast<double>(steps) - 1;
  const double at = std::min(step, last);
  if (at <= top) return HalfCosine(peak / kDivisor, peak, top > 0 ? at / top : 1);
  const double from = std::max(top, 0.0);
  return HalfCosine(peak, peak / kDivisor / kFinalDivisor, last > from ? (at - from) / (last - from) : 0);
}

double Schedule::Shape(double step, double warm, double plateau) const {
  const double since = std::max(step - warm, 0.0), all = static_cast<double>(steps) - warm;
  const double t = since / all;
  const double in_epoch = static_cast<double>(epoch_steps);
  const double epochs = options.epochs ? *options.epochs : std::ceil(static_cast<double>(steps) / in_epoch / 3);
  switch (kind) {
    case ScheduleKind::kConstant:
    case ScheduleKind::kOneCycle:
      return peak;
    case ScheduleKind::kLinear:
      return peak * (1 - (1 - options.end.value_or(0)) * t);
    case ScheduleKind::kStep:
      return peak * std::pow(options.factor.value_or(0.1), std::floor(step / (epochs * in_epoch)));
    case ScheduleKind::kExponential:
      return peak * std::pow(options.factor.value_or(0.1), since / (epochs * in_epoch));
    case ScheduleKind::kInverseTime:
      return peak / (1 + options.decay.value_or(9 / all) * since);
    case ScheduleKind::kPolynomial: {
      const double end = options.end.value_or(0);
      return peak * (end + (1 - end) * std::pow(1 - t, options.power.value_or(2)));
    }
    case ScheduleKind::kCosine:
      return HalfCosine(peak, peak * options.end.value_or(0), t);
    case ScheduleKind::kList:
      return peak * PartOf(options.list, std::floor(step / in_epoch) + 1);
    case ScheduleKind::kPlateau:
      return peak * plateau;
  }
  return peak;
}

double Schedule::At(double step, double plateau) const {
  assert(step >= 0 && step < static_cast<double>(steps));
  if (kind == ScheduleKind::kOneCycle) return OneCycle(step);
  const double warm = warmup * static_cast<double>(steps);
  const double rate = Shape(step, warm, plateau);
  return step < warm ? rate * (step + 1) / std::ceil(warm) : rate;
}

}  // namespace train
