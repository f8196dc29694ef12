#pragma once

#include <memory>

#include "train/optim/update_rule.h"

namespace train {

// Zeiler, 2012 (rho 0.9, epsilon 1e-6). Its steps have a size of their own, so the usual learning rate is 1.
std::unique_ptr<UpdateRule> MakeAdadelta();

}  // namespace train
