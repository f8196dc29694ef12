#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "dataset/io/sync.h"
#include "train/loop/train_observer.h"
#include "train/metrics/metrics_file.h"
#include "train/metrics/metrics_history.h"
#include "train/run/lowered_rate.h"
#include "train/run/metrics_views.h"
#include "train/run/run_directory.h"

namespace train {

struct RunResult;

// Writes the files of a training to its run folder: metrics.jsonl and its views, the best weights and checkpoints.
class RunRecorder : public TrainObserver {
 public:
  // Keeps the first `metrics_bytes` bytes of metrics.jsonl and appends to them. `options` are stored in each
  // checkpoint, `metadata` in each weights file.
  RunRecorder(const RunDirectory& run, uint64_t metrics_bytes, std::map<std::string, std::string> options,
              std::map<std::string, std::string> metadata, dataset::Sync sync);

  // Append lines to metrics.jsonl: a run begins with these options, an ended one goes on, a resume from `state` makes a
  // learning rate smaller, a run ends. Epochs are given from 0, and counted in the file from 1, or from 0 in a file
  // that did so from its beginning.
  void Start(const std::map<std::string, std::string>& options);
  // Also makes `checkpoint`, that of the end, one of `state`, so that a kill before the next checkpoint loses no epoch.
  void Extend(const std::filesystem::path& checkpoint, const TrainState& state, uint32_t epochs);
  void Lowered(const TrainState& state, const LoweredRate& rate);
  void End(const RunResult& result);

  void OnStep(const StepReport& report) override;
  void OnSolvedHead(const SolvedHead& head) override;
  void OnEpoch(const EpochReport& report) override;
  void OnFinding(const Finding& finding) override;
  void OnDivergence(const Divergence& divergence) override;
  void OnBest(Classifier& model) override;
  void OnCheckpoint(const TrainState& state, const Learned& learned) override;

  const MetricsHistory& history() const { return history_; }

 private:
  void Append(const nlohmann::ordered_json& event);
  // With what the recorder knows: the options and the bytes of metrics.jsonl, which are on the disk.
  TrainState Saved(const TrainState& state);
  // Makes `file`, of a new checkpoint, the best weights so far.
  void KeepBest(const std::filesystem::path& file);

  RunDirectory run_;
  uint32_t first_epoch_;  // the number of the first epoch in metrics.jsonl; read before metrics_ opens it
  MetricsFile metrics_;
  MetricsHistory history_;             // of metrics_
  std::optional<MetricsViews> views_;  // absent before the run has started
  std::map<std::string, std::string> options_;
  std::map<std::string, std::string> metadata_;
  dataset::Sync sync_;
  bool best_is_new_ = false;  // since the latest checkpoint
};

// Restores RUN/weights.safetensors, the best weights, as it was at the checkpoint; removes it if there were none yet.
void RestoreBest(const RunDirectory& run, const std::filesystem::path& checkpoint, dataset::Sync sync);

}  // namespace train
