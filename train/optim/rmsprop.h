#pragma once

#include <memory>

#include "train/optim/update_rule.h"

namespace train {

// Tieleman and Hinton, 2012: divides by the root of a moving average of squared gradients (alpha 0.99, epsilon 1e-8,
// not centred, without momentum).
std::unique_ptr<UpdateRule> MakeRmsprop();

}  // namespace train
