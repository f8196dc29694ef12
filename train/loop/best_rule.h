#pragma once

#include <cstdint>

#include "dataset/base/enum_names.h"

namespace train {

// What val says of the weights at the end of an epoch.
struct ValResult {
  double accuracy = 0;  // 0 ... 1
  double loss = 0;      // mean cross entropy, without label smoothing
  double f1 = 0;        // mean over the classes, 0 ... 1
};

struct ScoredEpoch {
  uint32_t epoch = 0;  // of the run, from 0
  ValResult result;
};

// What makes one epoch better than another.
enum class BestBy { kAccuracy, kLoss, kF1 };
constexpr auto EnumNames(BestBy) {
  return dataset::NameTable<BestBy, 3>{{{BestBy::kAccuracy, "accuracy"}, {BestBy::kLoss, "loss"}, {BestBy::kF1, "f1"}}};
}

// Returns the result as one number, of which a greater one is better: the loss is negated.
double ScoreOf(BestBy by, const ValResult& result);

// Whether `result` is better than `best`. Of equal scores the one with the smaller loss is.
bool IsBetter(BestBy by, const ValResult& result, const ValResult& best);

}  // namespace train
