#pragma once

#include <cstdint>

#include "train/loop/phase.h"
#include "train/loop/train_state.h"

namespace train {

// Keeps a phase to its deadline: measures how long steps and validations take, and plans anew how many steps are left
// at each end of an epoch, and within an epoch whenever a part of the time has gone. Phases without a deadline have all
// their steps. The plan is in TrainState, so a resume goes on with it.
class PhasePacer {
 public:
  // `epoch_steps` are those of a whole epoch, `val_steps` the batches of a validation.
  PhasePacer(const Phase& phase, uint64_t epoch_steps, uint64_t val_steps);

  // Must be called before the phase's first step of this process, and makes the first plan of a phase.
  void Begin(uint64_t phase_step, double now, TrainState* state);
  // Must be called after each step and after each validation; `now` are seconds of the run.
  void AfterStep(uint64_t phase_step, double now, TrainState* state);
  void AfterValidation(uint64_t phase_step, double seconds, double now, TrainState* state);
  // `seconds` have passed that were neither steps nor a validation.
  void AfterPause(double seconds) { paused_ += seconds; }

  // Steps of the phase, as far as it is planned.
  uint64_t Steps(const TrainState& state) const;
  // Where the step lies in the phase's schedule.
  double Position(uint64_t phase_step, const TrainState& state) const;
  // The greatest part of the peak that the step's rate may have.
  double MostPart(uint64_t phase_step, const TrainState& state) const;

 private:
  void Plan(uint64_t phase_step, double now, TrainState* state);

  Phase phase_;
  uint64_t epoch_steps_, val_steps_, steps_;
  uint64_t measured_from_ = 0;  // step of the phase
  double measured_at_ = 0;
  double paused_ = 0;  // seconds since then that were no steps
  double step_seconds_ = 0;
};

}  // namespace train
