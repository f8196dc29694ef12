#pragma once

#include "dataset/base/enum_names.h"

namespace train {

// What the best weights so far are.
enum class WeightsKind {
  kRaw,      // as the steps of an epoch left them
  kEma,      // their moving average at the end of an epoch (train/optim/weight_average.h)
  kAverage,  // the greedy average of the best epochs' (train/loop/best_weights.h)
};
constexpr auto EnumNames(WeightsKind) {
  return dataset::NameTable<WeightsKind, 3>{
      {{WeightsKind::kRaw, "raw"}, {WeightsKind::kEma, "ema"}, {WeightsKind::kAverage, "average"}}};
}

}  // namespace train
