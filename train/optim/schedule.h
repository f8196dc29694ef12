#pragma once

#include <cstdint>

#include "dataset/base/enum_names.h"

namespace train {

enum class ScheduleKind { kConstant, kCosine, kOneCycle };
constexpr auto EnumNames(ScheduleKind) {
  return dataset::NameTable<ScheduleKind, 3>{{{ScheduleKind::kConstant, "constant"},
                                              {ScheduleKind::kCosine, "cosine"},
                                              {ScheduleKind::kOneCycle, "one-cycle"}}};
}

// The learning rate of each step of a phase; a pure function of the step.
struct Schedule {
  ScheduleKind kind = ScheduleKind::kConstant;
  double peak = 1e-3;  // the highest learning rate
  double warmup = 0;   // part of the steps, 0 ... 1; for kCosine and kOneCycle
  int64_t steps = 1;   // steps of the phase

  // Returns the learning rate of `step`, 0 <= step < steps:
  //   kConstant  peak
  //   kCosine    linear from 0 to peak over the warm-up, then peak * (1 + cos(pi t)) / 2 for t from 0 to 1
  //   kOneCycle  PyTorch's OneCycleLR (anneal "cos", div_factor 25, final_div_factor 1e4): from peak / 25 to peak over
  //              the warm-up, then down to peak / 25e4, both as half cosines
  double At(int64_t step) const;
};

}  // namespace train
