#include "train/loop/step_results.h"

#include <cassert>
#include <utility>

namespace train {

void StepResults::Add(const StepSums& sums, const StepReport& report) {
  steps_.push_back({sums, report, link_.ToHost(sums.values)});
}

StepResult StepResults::TakeOldest() {
  assert(!steps_.empty());
  const Step step = std::move(steps_.front());
  steps_.pop_front();
  if (step.read.done) step.read.done->Wait();
  const TrainStep::Result result = TrainStep::ResultOf(step.sums, step.read.tensors.front());
  StepResult done{step.report, result.correct};
  done.report.loss = result.loss;
  done.report.samples = result.samples;
  return done;
}

}  // namespace train
