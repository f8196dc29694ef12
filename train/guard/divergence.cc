#include "train/guard/divergence.h"

namespace train {

bool MayGoOn(OnDivergence answer, DivergedLoss loss, DivergenceState* state) {
  switch (answer) {
    case OnDivergence::kStop:
      return false;
    case OnDivergence::kHalve:
      if (state->halvings == kMostHalvings) return false;
      ++state->halvings;
      state->rate_factor /= 2;
      return true;
    case OnDivergence::kWarn:
      if (loss == DivergedLoss::kVal) return false;
      return ++state->skipped <= kMostSkipped && ++state->in_a_row < kSkippedInARow;
  }
  return false;
}

std::string WhatDiverged(DivergedLoss loss, uint64_t step, uint32_t epoch) {
  const std::string of_epoch = "epoch " + std::to_string(epoch + 1);
  if (loss == DivergedLoss::kVal) return "the val loss is not finite in " + of_epoch;
  return "the loss is not finite at step " + std::to_string(step) + " of " + of_epoch;
}

std::string WhyItEnds(OnDivergence answer, DivergedLoss loss, const DivergenceState& state) {
  if (answer == OnDivergence::kHalve && state.halvings == kMostHalvings) {
    return ", although the learning rate was halved " + std::to_string(kMostHalvings) + " times";
  }
  if (answer != OnDivergence::kWarn || loss == DivergedLoss::kVal) return "";
  if (state.in_a_row == kSkippedInARow) return ", for step " + std::to_string(kSkippedInARow) + " in a row";
  return ", after " + std::to_string(kMostSkipped) + " steps that were left out";
}

}  // namespace train
