#pragma once

#include "dataset/base/enum_names.h"

namespace train {

enum class OptimizerKind { kAdam, kSgd };
constexpr auto EnumNames(OptimizerKind) {
  return dataset::NameTable<OptimizerKind, 2>{{{OptimizerKind::kAdam, "adam"}, {OptimizerKind::kSgd, "sgd"}}};
}

}  // namespace train
