#include "train/loop/phase_pacer.h"

#include <algorithm>
#include <cmath>

#include "train/loop/time_plan.h"

namespace train {

namespace {

constexpr double kPlanPart = 0.02;  // of the time to the deadline, after which it is planned anew
// The same of a first plan: the first steps are slow, and a plan by them would rush through the schedule.
constexpr double kFirstPlanPart = 0.1;
constexpr double kValStepPart = 0.5;  // what a step of validation takes of one of training, before it is measured

}  // namespace

PhasePacer::PhasePacer(const Phase& phase, uint64_t epoch_steps, uint64_t val_steps)
    : phase_(phase), epoch_steps_(epoch_steps), val_steps_(val_steps), steps_(phase.epochs * epoch_steps) {}

void PhasePacer::Begin(uint64_t phase_step, double now, TrainState* state) {
  if (phase_.deadline <= 0) return;
  measured_from_ = phase_step;
  measured_at_ = now;
  if (!state->time_plan) state->time_plan = TimePlan{.begin = 0, .end = steps_, .position = 0, .val_seconds = -1};
}

void PhasePacer::AfterStep(uint64_t phase_step, double now, TrainState* state) {
  if (phase_.deadline <= 0 || phase_step >= state->time_plan->end) return;
  const double part = state->time_plan->begin == 0 ? kFirstPlanPart : kPlanPart;
  if (now - measured_at_ < part * phase_.deadline || phase_step % epoch_steps_ == 0) return;
  Plan(phase_step, now, state);
}

void PhasePacer::AfterValidation(uint64_t phase_step, double seconds, double now, TrainState* state) {
  if (phase_.deadline <= 0) return;
  state->time_plan->val_seconds = seconds;
  paused_ += seconds;
  if (phase_step < state->time_plan->end) Plan(phase_step, now, state);
}

void PhasePacer::Plan(uint64_t phase_step, double now, TrainState* state) {
  if (phase_step > measured_from_) {
    step_seconds_ = (now - measured_at_ - paused_) / static_cast<double>(phase_step - measured_from_);
  }
  measured_from_ = phase_step;
  measured_at_ = now;
  paused_ = 0;
  if (step_seconds_ <= 0) return;
  TimePlan& plan = *state->time_plan;
  const double guess = kValStepPart * static_cast<double>(val_steps_) * step_seconds_;
  uint64_t rest = StepsThatFit({.seconds = phase_.deadline - now,
                                .step_seconds = step_seconds_,
                                .val_seconds = plan.val_seconds >= 0 ? plan.val_seconds : guess,
                                .epoch_steps = epoch_steps_,
                                .batch = phase_step % epoch_steps_});
  const double position = plan.PositionAt(phase_step, steps_);
  if (phase_.deadline_use == DeadlineUse::kShrink) {
    rest = std::min(rest, std::max<uint64_t>(1, std::llround(static_cast<double>(steps_) - position)));
  }
  plan = {.begin = phase_step, .end = phase_step + rest, .position = position, .val_seconds = plan.val_seconds};
}

uint64_t PhasePacer::Steps(const TrainState& state) const {
  return phase_.deadline > 0 && state.time_plan ? state.time_plan->end : steps_;
}

double PhasePacer::Position(uint64_t phase_step, const TrainState& state) const {
  if (phase_.deadline <= 0) return static_cast<double>(phase_step);
  return state.time_plan->PositionAt(phase_step, steps_);
}

double PhasePacer::MostPart(uint64_t phase_step, const TrainState& state) const {
  if (phase_.deadline <= 0 || phase_.deadline_use == DeadlineUse::kShrink) return 1;
  return AnnealPart(state.time_plan->PositionAt(phase_step + 1, steps_), steps_);
}

}  // namespace train
