#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/loop/phase.h"
#include "train/loop/train_state.h"

namespace train {

// Notes in state->phase_ends the phases that are over by their number of epochs alone: a state of an older checkpoint
// does not say it.
void NotePhasesDone(const std::vector<Phase>& phases, TrainState* state);

// The first epoch of the phase that the run is in, or is about to begin.
uint32_t PhaseBegin(const TrainState& state);

// The results of the phase's epochs so far.
std::span<const ValResult> PhaseResults(const TrainState& state);

// The learning rate's part of its peak by a schedule kPlateau of the phase; 1 for other kinds.
double PlateauPartOf(const Phase& phase, BestBy by, const TrainState& state);

}  // namespace train
