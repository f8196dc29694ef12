#pragma once

#include <cstdint>

#include "train/optim/schedule_kind.h"
#include "train/optim/schedule_options.h"

namespace train {

// The learning rate of each step of a phase; a pure function of the step and, for kPlateau, of the cuts so far.
struct Schedule {
  ScheduleKind kind = ScheduleKind::kConstant;
  double peak = 1e-3;       // the highest learning rate
  double warmup = 0;        // part of the steps, from 0 to below 1
  int64_t steps = 1;        // steps of the phase
  int64_t epoch_steps = 1;  // steps of an epoch
  ScheduleOptions options{};

  // Returns the learning rate of `step`, 0 <= step < steps, which may lie between two steps. But for kOneCycle the
  // warm-up goes from 0 in a line to the first rate of what follows; t goes from 0 to 1 after it:
  //   kConstant     peak
  //   kLinear       peak * (1 - (1 - end) t)
  //   kStep         peak * factor^n, after n times `epochs` epochs of the phase
  //   kExponential  peak * factor^x, x times `epochs` epochs after the warm-up
  //   kInverseTime  peak / (1 + decay * n), n steps after the warm-up, as Keras' `decay`
  //   kPolynomial   peak * (end + (1 - end) (1 - t)^power)
  //   kCosine       peak * (end + (1 - end) (1 + cos(pi t)) / 2)
  //   kOneCycle     PyTorch's OneCycleLR (anneal "cos", div_factor 25, final_div_factor 1e4): from peak / 25 to peak
  //                 over the warm-up, then down to peak / 25e4, both as half cosines
  //   kList         peak * the part of the epoch
  //   kPlateau      peak * `plateau`, the result of PlateauPart (train/optim/plateau.h)
  double At(double step, double plateau = 1) const;

 private:
  double OneCycle(double step) const;
  double Shape(double step, double warm, double plateau) const;
};

}  // namespace train
