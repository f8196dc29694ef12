#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/schedule.h"

namespace train {

// What is trained in a phase.
enum class Trainable {
  kHead,            // the backbone is frozen, its norms use their stored statistics
  kAllFrozenNorms,  // all weights; the norms' statistics stay
  kAll,             // all weights, and the norms learn their statistics
};

enum class OptimizerKind { kAdam, kSgd };
std::vector<std::string> OptimizerNames();              // adam, sgd
OptimizerKind ParseOptimizer(const std::string& name);  // throws dataset::Error::Usage

struct Phase {
  std::string name;     // head, finetune
  uint32_t epochs = 0;  // 0: the phase is left out
  Trainable trainable = Trainable::kAll;
  std::string layers = "all";  // of the backbone, as ChooseLayers has it; not of kHead
  OptimizerKind optimizer = OptimizerKind::kAdam;
  ScheduleKind schedule = ScheduleKind::kConstant;
  double learning_rate = 1e-3;  // its peak
  double warmup = 0;            // part of the phase's steps
};

}  // namespace train
