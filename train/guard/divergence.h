#pragma once

#include <cstdint>
#include <string>

#include "dataset/base/enum_names.h"

namespace train {

// What becomes of a training whose loss is not finite.
enum class OnDivergence {
  kStop,   // an error ends it
  kHalve,  // it goes on from its best weights at half the learning rate, kMostHalvings times in a run
  kWarn,   // the step changes nothing, kMostSkipped times in a run but not kSkippedInARow times in a row
};
constexpr auto EnumNames(OnDivergence) {
  return dataset::NameTable<OnDivergence, 3>{
      {{OnDivergence::kStop, "stop"}, {OnDivergence::kHalve, "halve"}, {OnDivergence::kWarn, "warn"}}};
}

inline constexpr uint32_t kMostHalvings = 4;
inline constexpr uint32_t kMostSkipped = 10;
inline constexpr uint32_t kSkippedInARow = 3;

// What the divergences of a run have left behind.
struct DivergenceState {
  double rate_factor = 1;  // of all learning rates of the phase
  uint32_t halvings = 0;   // of the run
  uint32_t skipped = 0;    // steps of the run that changed nothing
  uint32_t in_a_row = 0;   // the latest ones of them, up to the latest step
  bool operator==(const DivergenceState&) const = default;
};

// Which loss is not finite.
enum class DivergedLoss { kTrain, kVal };
constexpr auto EnumNames(DivergedLoss) {
  return dataset::NameTable<DivergedLoss, 2>{{{DivergedLoss::kTrain, "train"}, {DivergedLoss::kVal, "val"}}};
}

// Counts a divergence. Returns whether the training may go on as `answer` says; a val loss is never skipped.
bool MayGoOn(OnDivergence answer, DivergedLoss loss, DivergenceState* state);

// "the loss is not finite at step 7 of epoch 2", the epoch counted from 0 here; of val without the step.
std::string WhatDiverged(DivergedLoss loss, uint64_t step, uint32_t epoch);
// What a message of the end adds: ", although the learning rate was halved 4 times". `state` is as MayGoOn left it.
std::string WhyItEnds(OnDivergence answer, DivergedLoss loss, const DivergenceState& state);

}  // namespace train
