#pragma once

#include <string>

#include "dataset/io/sync.h"
#include "train/loop/train_observer.h"
#include "train/run/run_directory.h"

namespace train {

// Writes what a training leaves in its run folder: metrics.jsonl, the best weights, checkpoints.
class RunRecorder : public TrainObserver {
 public:
  // Goes on after `metrics_bytes` of metrics.jsonl. `options` are stored in each checkpoint, `metadata` in each weights
  // file.
  RunRecorder(const RunDirectory& run, uint64_t metrics_bytes, std::map<std::string, std::string> options,
              std::map<std::string, std::string> metadata, dataset::Sync sync);

  // One line of metrics.jsonl that is neither step nor epoch.
  void Event(const std::string& json);

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

// Where a checkpoint's tensors are.
std::filesystem::path CheckpointWeights(const std::filesystem::path& checkpoint);
std::filesystem::path CheckpointOptimizer(const std::filesystem::path& checkpoint);

// Makes RUN/weights.safetensors what it was at the checkpoint, or removes it if there was no best yet.
void RestoreBest(const RunDirectory& run, const std::filesystem::path& checkpoint, dataset::Sync sync);

}  // namespace train
