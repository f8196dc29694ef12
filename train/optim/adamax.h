#pragma once

#include <memory>

#include "train/optim/update_rule.h"

namespace train {

// Kingma and Ba, 2015, section 7.1: Adam by the largest gradient, which decays, instead of the variance (betas 0.9 and
// 0.999, epsilon 1e-8).
std::unique_ptr<UpdateRule> MakeAdamax();

}  // namespace train
