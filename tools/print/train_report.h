#pragma once

#include <memory>
#include <string>

#include "dataset/base/progress.h"
#include "train/run/training_run.h"

namespace cli {

// Shows a training to a person: the data and settings at the start, a progress bar within each epoch, and a line after
// it. The lines of epochs go to stdout, everything else to stderr.
class TrainReport : public train::RunObserver {
 public:
  void OnStart(const train::RunSummary& summary) override;
  void OnWarning(const std::string& text) override;
  void OnPhase(const train::Phase& phase) override;
  void OnStep(const train::StepReport& report) override;
  void OnFeatures(const train::FeatureReport& report) override;
  void OnEpoch(const train::EpochReport& report) override;
  void OnFinding(const train::Finding& finding) override;
  void OnDivergence(const train::Divergence& divergence) override;

 private:
  void Advance(uint32_t epoch, uint64_t images, int samples);

  std::unique_ptr<dataset::Progress> progress_;  // of the current epoch
  bool computes_features_ = false;
  train::PhaseKind phase_ = train::PhaseKind::kFinetune;
  uint64_t images_ = 0;           // per epoch
  uint64_t images_of_train_ = 0;  // each once
  uint32_t epochs_ = 0;
};

// Returns a line such as
// "epoch 7/15  finetune  loss 0.6122  accuracy 0.8740  val loss 0.5513  val accuracy 0.9031  val F1 0.9019 *  rate
// 3.1e-05  151 images/s  0:17", and the reason if a phase ends early.
std::string FormatEpoch(const train::EpochReport& report);
// Returns the last lines: the best accuracy, the total time, and where the weights are.
std::string FormatRunResult(const train::RunResult& result, const std::string& output);

// The line that goes on with an interrupted run, fit for a shell: "dtrain --resume -o 'my run'".
std::string FormatResume(const std::string& folder);

}  // namespace cli
