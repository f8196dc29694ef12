#include "train/loop/phase_progress.h"

#include <algorithm>

#include "train/optim/plateau.h"

namespace train {

void NotePhasesDone(const std::vector<Phase>& phases, TrainState* state) {
  if (state->time_plan) return;
  while (state->phase_ends.size() < phases.size()) {
    const uint32_t end = PhaseBegin(*state) + phases[state->phase_ends.size()].epochs;
    if (end > state->epoch) return;
    state->phase_ends.push_back(end);
  }
}

uint32_t PhaseBegin(const TrainState& state) { return state.phase_ends.empty() ? 0 : state.phase_ends.back(); }

std::span<const ValResult> PhaseResults(const TrainState& state) {
  const size_t epochs = std::min<size_t>(state.epoch - PhaseBegin(state), state.history.size());
  return std::span(state.history).last(epochs);
}

double PlateauPartOf(const Phase& phase, BestBy by, const TrainState& state) {
  if (phase.schedule != ScheduleKind::kPlateau) return 1;
  std::vector<double> scores;
  for (const ValResult& result : PhaseResults(state)) scores.push_back(ScoreOf(by, result));
  const ScheduleOptions& options = phase.schedule_options;
  PlateauRule rule;
  rule.factor = options.factor.value_or(rule.factor);
  rule.epochs = options.epochs.value_or(rule.epochs);
  rule.least = options.end.value_or(rule.least);
  return PlateauPart(rule, scores);
}

}  // namespace train
