#include "train/optim/optimizer_kind.h"

#include "dataset/base/error.h"

namespace train {

std::vector<std::string> OptimizerNames() { return {"adam", "sgd"}; }

OptimizerKind ParseOptimizer(const std::string& name) {
  if (name == "adam") return OptimizerKind::kAdam;
  if (name == "sgd") return OptimizerKind::kSgd;
  throw dataset::Error::Usage("no optimizer is named '" + name + "'");
}

}  // namespace train
