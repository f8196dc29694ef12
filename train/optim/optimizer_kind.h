#pragma once

#include <string>
#include <vector>

namespace train {

enum class OptimizerKind { kAdam, kSgd };
std::vector<std::string> OptimizerNames();              // adam, sgd
OptimizerKind ParseOptimizer(const std::string& name);  // throws dataset::Error::Usage

}  // namespace train
