#pragma once

#include <memory>

#include "train/optim/update_rule.h"

namespace train {

// Duchi, Hazan and Singer, 2011: divides by the root of the sum of all squared gradients (epsilon 1e-10).
std::unique_ptr<UpdateRule> MakeAdagrad();

}  // namespace train
