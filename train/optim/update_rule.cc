#include "train/optim/update_rule.h"

#include "train/optim/adadelta.h"
#include "train/optim/adagrad.h"
#include "train/optim/adam.h"
#include "train/optim/adamax.h"
#include "train/optim/nadam.h"
#include "train/optim/rmsprop.h"
#include "train/optim/sgd.h"

namespace train {

std::unique_ptr<UpdateRule> MakeUpdateRule(OptimizerKind kind) {
  switch (kind) {
    case OptimizerKind::kSgd:
      return MakeSgd();
    case OptimizerKind::kMomentum:
      return MakeMomentum();
    case OptimizerKind::kNesterov:
      return MakeNesterov();
    case OptimizerKind::kAdagrad:
      return MakeAdagrad();
    case OptimizerKind::kAdadelta:
      return MakeAdadelta();
    case OptimizerKind::kRmsprop:
      return MakeRmsprop();
    case OptimizerKind::kAdam:
      return MakeAdam();
    case OptimizerKind::kAmsgrad:
      return MakeAmsgrad();
    case OptimizerKind::kAdamax:
      return MakeAdamax();
    case OptimizerKind::kNadam:
      return MakeNadam();
    case OptimizerKind::kAdamw:
      return MakeAdamw();
  }
  return nullptr;
}

}  // namespace train
