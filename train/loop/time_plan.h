#pragma once

#include <cstdint>

namespace train {

// How a phase with a deadline spends its time: from step `begin` to step `end` of the phase it goes through what
// remains of its schedule. Positions are steps of the schedule, which has as many as the phase's epochs.
struct TimePlan {
  uint64_t begin = 0;
  uint64_t end = 0;
  double position = 0;      // at `begin`
  double val_seconds = -1;  // of the latest validation in the phase; -1: none yet

  // Returns the position of a step, which lies between them, in a schedule of `steps` steps.
  double PositionAt(uint64_t step, uint64_t steps) const;
};

// What is known when a phase is planned.
struct TimeLeft {
  double seconds = 0;        // to the deadline; may be negative
  double step_seconds = 0;   // measured
  double val_seconds = 0;    // of a validation, which follows each epoch and the last step
  uint64_t epoch_steps = 1;  // of a whole epoch
  uint64_t batch = 0;        // steps of the current epoch that are done, below epoch_steps
};

// Returns how many more steps fit, with their validations; at least 1.
uint64_t StepsThatFit(const TimeLeft& left);

// Returns the greatest part of the peak that a rate may have at `position` of a schedule of `steps` steps: 1, but over
// the last 15 % it falls in a line to 1 %.
double AnnealPart(double position, uint64_t steps);

}  // namespace train
