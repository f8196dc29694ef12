#include "train/loop/time_plan.h"

#include <algorithm>
#include <cmath>

namespace train {

namespace {

constexpr uint64_t kMostSteps = uint64_t{1} << 40;

}  // namespace

double TimePlan::PositionAt(uint64_t step, uint64_t steps) const {
  if (step <= begin) return position;
  const double rest = static_cast<double>(steps) - position;
  return position + rest * static_cast<double>(std::min(step, end) - begin) / static_cast<double>(end - begin);
}

uint64_t StepsThatFit(const TimeLeft& left) {
  const auto fits = [&](uint64_t steps) {
    const uint64_t validations = (left.batch + steps + left.epoch_steps - 1) / left.epoch_steps;
    return static_cast<double>(steps) * left.step_seconds + static_cast<double>(validations) * left.val_seconds <=
           left.seconds;
  };
  // Between a number that is taken at any rate and one that does not fit.
  uint64_t least = 1, most = 2;
  while (most < kMostSteps && fits(most)) most *= 2;
  while (most - least > 1) {
    const uint64_t middle = least + (most - least) / 2;
    (fits(middle) ? least : most) = middle;
  }
  return least;
}

double AnnealPart(double position, uint64_t steps) {
  constexpr double kBegin = 0.85, kLast = 0.01;
  const double part = position / static_cast<double>(steps);
  return part <= kBegin ? 1 : std::max(kLast, 1 - (1 - kLast) * (part - kBegin) / (1 - kBegin));
}

}  // namespace train
