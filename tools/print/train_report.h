#pragma once

#include <memory>
#include <string>

#include "dataset/base/progress.h"
#include "train/run/training_run.h"

namespace cli {

// What a person sees of a training: the data and settings at the start, a bar within each epoch, a line after it. Lines
// of epochs go to stdout, the rest to stderr.
class TrainReport : public train::RunObserver {
 public:
  void OnStart(const train::RunSummary& summary) override;
  void OnPhase(const train::Phase& phase) override;
  void OnStep(const train::StepReport& report) override;
  void OnEpoch(const train::EpochReport& report) override;

 private:
  std::unique_ptr<dataset::Progress> progress_;  // of the running epoch
  train::PhaseKind phase_ = train::PhaseKind::kFinetune;
  uint64_t images_ = 0;  // of an epoch
  uint32_t epochs_ = 0;
};

// "epoch 7/15  finetune  loss 0.612  accuracy 0.874  val loss 0.551  val accuracy 0.903  151 images/s  0:17"
std::string FormatEpoch(const train::EpochReport& report);
// The last lines: best accuracy, total time, where the weights are.
std::string FormatRunResult(const train::RunResult& result, const std::string& output);

// The line that goes on with an interrupted run, fit for a shell: "dtrain --resume -o 'my run'".
std::string FormatResume(const std::string& folder);

}  // namespace cli
