#pragma once

#include <memory>

#include "train/optim/update_rule.h"

namespace train {

// All with betas 0.9 and 0.999 and epsilon 1e-8.

// Kingma and Ba, 2015.
std::unique_ptr<UpdateRule> MakeAdam();
// Reddi, Kale and Kumar, 2018: Adam by the largest variance so far.
std::unique_ptr<UpdateRule> MakeAmsgrad();
// Loshchilov and Hutter, 2019: Adam whose weight decay is apart from the gradient: p *= 1 - rate * decay.
std::unique_ptr<UpdateRule> MakeAdamw();

}  // namespace train
