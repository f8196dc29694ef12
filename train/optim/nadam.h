#pragma once

#include <memory>

#include "train/optim/update_rule.h"

namespace train {

// Dozat, 2016: Adam with Nesterov's momentum (betas 0.9 and 0.999, epsilon 1e-8, momentum decay 0.004).
std::unique_ptr<UpdateRule> MakeNadam();

}  // namespace train
