#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dataset/base/enum_names.h"
#include "train/loop/head_solver.h"
#include "train/network/trainable.h"
#include "train/optim/optimizer_options.h"
#include "train/optim/parameter_rates.h"
#include "train/optim/schedule_options.h"

namespace train {

enum class PhaseKind { kHead, kFinetune };
constexpr auto EnumNames(PhaseKind) {
  return dataset::NameTable<PhaseKind, 2>{{{PhaseKind::kHead, "head"}, {PhaseKind::kFinetune, "finetune"}}};
}

// What a phase with a deadline does with its time.
enum class DeadlineUse {
  kShrink,  // ends at it if its epochs take longer
  kFill,    // trains to it, be it for more or fewer epochs, and lowers the rate over the last 15 %
};

struct Phase {
  PhaseKind kind = PhaseKind::kFinetune;
  uint32_t epochs = 0;                        // 0: the phase is skipped
  uint32_t start_epochs = 0;                  // the first ones, whose pictures have InputSize::kStart
  HeadSolver solver = HeadSolver::kGradient;  // never kAuto; kRidge: for one epoch of kHead, without an optimizer
  Trainable trainable = Trainable::kAll;
  std::string layers = "all";  // layers of the backbone, as ChooseLayers takes it; not used for Trainable::kHead
  std::optional<double> norm_momentum{};  // of norms that learn, as Network::SetNormMomentum takes it
  OptimizerOptions optimizer{};
  ScheduleKind schedule = ScheduleKind::kConstant;
  double learning_rate = 1e-3;  // the highest one of the schedule
  double warmup = 0;            // part of the phase's steps, 0 ... 1
  ParameterRates rates{};
  ScheduleOptions schedule_options{};
  double deadline = 0;  // seconds of the run at which the phase must be over; 0: none
  DeadlineUse deadline_use = DeadlineUse::kShrink;
};

}  // namespace train
