#pragma once

#include "dataset/base/enum_names.h"

namespace train {

enum class OptimizerKind {
  kSgd,
  kMomentum,
  kNesterov,
  kAdagrad,
  kAdadelta,
  kRmsprop,
  kAdam,
  kAmsgrad,
  kAdamax,
  kNadam,
  kAdamw,
};
constexpr auto EnumNames(OptimizerKind) {
  return dataset::NameTable<OptimizerKind, 11>{{{OptimizerKind::kSgd, "sgd"},
                                                {OptimizerKind::kMomentum, "momentum"},
                                                {OptimizerKind::kNesterov, "nesterov"},
                                                {OptimizerKind::kAdagrad, "adagrad"},
                                                {OptimizerKind::kAdadelta, "adadelta"},
                                                {OptimizerKind::kRmsprop, "rmsprop"},
                                                {OptimizerKind::kAdam, "adam"},
                                                {OptimizerKind::kAmsgrad, "amsgrad"},
                                                {OptimizerKind::kAdamax, "adamax"},
                                                {OptimizerKind::kNadam, "nadam"},
                                                {OptimizerKind::kAdamw, "adamw"}}};
}

}  // namespace train
