#pragma once

#include <memory>

#include "train/optim/update_rule.h"

namespace train {

// p -= rate * g
std::unique_ptr<UpdateRule> MakeSgd();
// m = 0.9 m + g; p -= rate * m
std::unique_ptr<UpdateRule> MakeMomentum();
// m = 0.9 m + g; p -= rate * (g + 0.9 m) (Sutskever et al., 2013, as torch.optim.SGD has it)
std::unique_ptr<UpdateRule> MakeNesterov();

}  // namespace train
