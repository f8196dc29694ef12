#include "train/loop/time_plan.h"

#include <gtest/gtest.h>

#include "train/loop/phase_pacer.h"

namespace train {
namespace {

TEST(TimePlanTest, StepsFitWithTheirValidations) {
  const struct {
    TimeLeft left;
    uint64_t steps;
  } cases[] = {
      {{.seconds = 100, .step_seconds = 1, .val_seconds = 0, .epoch_steps = 10}, 100},
      {{.seconds = 100, .step_seconds = 1, .val_seconds = 10, .epoch_steps = 10}, 50},
      {{.seconds = 105, .step_seconds = 1, .val_seconds = 10, .epoch_steps = 10}, 50},
      {{.seconds = 112, .step_seconds = 1, .val_seconds = 10, .epoch_steps = 10}, 52},
      {{.seconds = 9, .step_seconds = 1, .val_seconds = 2, .epoch_steps = 1000}, 7},
      {{.seconds = 9, .step_seconds = 1, .val_seconds = 2, .epoch_steps = 10, .batch = 8}, 5},
      {{.seconds = 1, .step_seconds = 1, .val_seconds = 10, .epoch_steps = 10}, 1},
      {{.seconds = -5, .step_seconds = 1, .val_seconds = 0, .epoch_steps = 10}, 1},
  };
  for (const auto& c : cases) EXPECT_EQ(StepsThatFit(c.left), c.steps) << c.left.seconds << " " << c.left.batch;
}

TEST(TimePlanTest, AShorterPlanGoesThroughTheSameSchedule) {
  const TimePlan plan{.begin = 40, .end = 60, .position = 50};
  EXPECT_EQ(plan.PositionAt(40, 100), 50);
  EXPECT_EQ(plan.PositionAt(50, 100), 75);
  EXPECT_EQ(plan.PositionAt(60, 100), 100);
}

TEST(TimePlanTest, TheLastPartAnneals) {
  EXPECT_EQ(AnnealPart(0, 1000), 1);
  EXPECT_EQ(AnnealPart(850, 1000), 1);
  EXPECT_NEAR(AnnealPart(925, 1000), 0.505, 1e-12);
  EXPECT_NEAR(AnnealPart(1000, 1000), 0.01, 1e-12);
}

// A run on a clock of its own: what a step and a validation take depends on the time.
struct Course {
  double end = 0;
  uint64_t steps = 0;
  double last_part = 1;     // of the peak
  double largest_jump = 0;  // of the position between two steps
};

template <typename StepSeconds>
Course Pace(const Phase& phase, uint64_t epoch_steps, double val_seconds, const StepSeconds& step_seconds) {
  TrainState state;
  PhasePacer pacer(phase, epoch_steps, 1);
  double now = 0, last_position = 0;
  Course course;
  pacer.Begin(0, now, &state);
  for (uint64_t step = 0;;) {
    course.last_part = pacer.MostPart(step, state);
    const double position = pacer.Position(step, state);
    EXPECT_GE(position, last_position);
    course.largest_jump = std::max(course.largest_jump, position - last_position);
    last_position = position;
    now += step_seconds(now);
    ++step;
    pacer.AfterStep(step, now, &state);
    const bool over = step >= pacer.Steps(state);
    if (over || step % epoch_steps == 0) {
      now += val_seconds;
      pacer.AfterValidation(step, val_seconds, now, &state);
    }
    if (over) {
      course.end = now;
      course.steps = step;
      return course;
    }
  }
}

Phase Filling(double deadline, uint32_t epochs) {
  Phase phase;
  phase.epochs = epochs;
  phase.deadline = deadline;
  phase.deadline_use = DeadlineUse::kFill;
  return phase;
}

TEST(PhasePacerTest, EndsAtItsDeadlineAnnealed) {
  const struct {
    const char* name;
    uint64_t epoch_steps;
    uint32_t epochs;
    double val_seconds;
    double (*step_seconds)(double now);
  } cases[] = {
      {"as planned", 100, 10, 3, [](double) { return 0.27; }},
      {"slow", 100, 10, 20, [](double) { return 2.0; }},
      {"fast", 100, 10, 0.5, [](double) { return 0.02; }},
      {"one epoch is too long", 100000, 3, 5, [](double) { return 0.2; }},
      {"few steps", 10, 10, 1, [](double) { return 5.0; }},
      {"slow start", 100, 10, 3, [](double now) { return now < 20 ? 1.0 : 0.1; }},
      {"a slow neighbour in the middle", 100, 10, 3, [](double now) { return now > 150 ? 0.4 : 0.2; }},
      {"a slow neighbour for a while", 100, 10, 3, [](double now) { return now > 100 && now < 200 ? 0.5 : 0.2; }},
      {"a slow neighbour near the end", 100, 10, 3, [](double now) { return now > 270 ? 0.6 : 0.2; }},
  };
  for (const auto& c : cases) {
    const Course course = Pace(Filling(300, c.epochs), c.epoch_steps, c.val_seconds, c.step_seconds);
    EXPECT_NEAR(course.end, 300, 15) << c.name;
    EXPECT_LE(course.last_part, 0.0101) << c.name;
  }
}

TEST(PhasePacerTest, AShrinkingPhaseHasNoMoreThanItsEpochs) {
  Phase phase = Filling(300, 2);
  phase.deadline_use = DeadlineUse::kShrink;
  const Course fast = Pace(phase, 100, 1, [](double) { return 0.1; });
  EXPECT_EQ(fast.steps, 200u);
  EXPECT_EQ(fast.last_part, 1);
  EXPECT_NEAR(Pace(phase, 100, 1, [](double) { return 4.0; }).end, 300, 15);
}

TEST(PhasePacerTest, APhaseWithoutADeadlineHasItsSteps) {
  Phase phase;
  phase.epochs = 3;
  const Course course = Pace(phase, 7, 100, [](double) { return 100.0; });
  EXPECT_EQ(course.steps, 21u);
  EXPECT_EQ(course.largest_jump, 1);
}

// A plan is not made anew by what a resume measures first.
TEST(PhasePacerTest, AResumeGoesOnWithThePlan) {
  TrainState state;
  state.time_plan = TimePlan{.begin = 40, .end = 60, .position = 50, .val_seconds = 3};
  PhasePacer pacer(Filling(300, 10), 10, 1);
  pacer.Begin(45, 100, &state);
  EXPECT_EQ(pacer.Steps(state), 60u);
  EXPECT_EQ(pacer.Position(50, state), 75);
}

}  // namespace
}  // namespace train
