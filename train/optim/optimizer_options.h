#pragma once

#include "train/optim/optimizer_kind.h"

namespace train {

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::kAdam;
  double weight_decay = 0;  // of parameters with two dimensions or more, so neither of norms nor of biases
  double clip_norm = 0;     // longer gradients, over all parameters, are shortened to it; 0: none are
};

}  // namespace train
