#pragma once

#include <map>
#include <string>
#include <vector>

#include "train/loop/phase.h"
#include "train/loop/train_state.h"

namespace train {

// The learning rate of a phase that a resume makes smaller.
struct LoweredRate {
  PhaseKind phase = PhaseKind::kFinetune;
  double was = 0;
  double is = 0;
  bool current = false;  // the run is in this phase, or is about to begin it; else the phase is yet to come
};

// Finds the phases that are not over at `state` and whose learning rate is smaller in `now`, the options of a plan with
// these phases, than in state->options; notes the smaller ones in state->options. One of the current phase takes the
// place of the halvings so far.
std::vector<LoweredRate> TakeLoweredRates(const std::vector<Phase>& phases,
                                          const std::map<std::string, std::string>& now, TrainState* state);

// Whether one of them is of the current phase. The run then goes on from its best weights, since a rate is made smaller
// after a training has gone astray.
bool GoesOnFromBest(const std::vector<LoweredRate>& rates);

}  // namespace train
