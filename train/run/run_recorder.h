#pragma once

#include <string>

#include "dataset/io/sync.h"
#include "train/loop/train_observer.h"
#include "train/run/lowered_rate.h"
#include "train/run/run_directory.h"

namespace train {

// Writes the files of a training to its run folder: metrics.jsonl, the best weights and checkpoints.
class RunRecorder : public TrainObserver {
 public:
  // Keeps the first `metrics_bytes` bytes of metrics.jsonl and appends to them. `options` are stored in each
  // checkpoint, `metadata` in each weights file.
  RunRecorder(const RunDirectory& run, uint64_t metrics_bytes, std::map<std::string, std::string> options,
              std::map<std::string, std::string> metadata, dataset::Sync sync);

  // Appends a line to metrics.jsonl that is about neither a step nor an epoch.
  void Event(const std::string& json);
  // Appends the line of a learning rate that a resume from `state` makes smaller.
  void Lowered(const TrainState& state, const LoweredRate& rate);

  void OnStep(const StepReport& report) override;
  void OnEpoch(const EpochReport& report) override;
  void OnBest(Classifier& model) override;
  void OnCheckpoint(const TrainState& state, Classifier& model, Optimizer& optimizer) override;

 private:
  RunDirectory run_;
  MetricsFile metrics_;
  std::map<std::string, std::string> options_;
  std::map<std::string, std::string> metadata_;
  dataset::Sync sync_;
};

// Restores RUN/weights.safetensors, the best weights, as it was at the checkpoint; removes it if there were none yet.
void RestoreBest(const RunDirectory& run, const std::filesystem::path& checkpoint, dataset::Sync sync);

}  // namespace train
