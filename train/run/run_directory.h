#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/io/file_lock.h"
#include "dataset/io/sync.h"
#include "train/loop/train_state.h"
#include "train/run/model_info.h"

namespace train {

// The files of a run folder (proto/FORMAT.md, section 8). No other code knows their names. A folder is a run if it
// holds the run.json of one; what else lies in it is left alone.
class RunDirectory {
 public:
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path marker() const { return path_ / "run.json"; }
  std::filesystem::path config() const { return path_ / "config.toml"; }
  std::filesystem::path model() const { return path_ / "model.json"; }
  std::filesystem::path weights() const { return path_ / "weights.safetensors"; }
  std::filesystem::path whitening() const { return path_ / "whitening.safetensors"; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  // Those of MetricsViews.
  std::filesystem::path metrics_table() const { return path_ / "metrics.csv"; }
  std::filesystem::path curves() const { return path_ / "curves.svg"; }
  std::filesystem::path events() const { return path_ / "events.out.tfevents.dtrain"; }
  std::filesystem::path evaluation(const std::string& name) const { return path_ / "eval" / name; }

  // Whether the folder holds a run, by its run.json; runs from the time before there was one are known by the first
  // line of their metrics.jsonl.
  bool IsRun() const;
  // Whether the folder is absent, or holds nothing but a lock.
  bool empty() const;
  // Throws dataset::Error if the folder holds something else than a run, or if another program's file has the name of
  // one of MetricsViews.
  void RefuseOthers() const;
  // Locks the run. Throws dataset::Error, which names the process, if another one holds the lock.
  dataset::FileLock Lock() const;
  // Makes the folder of a new run and locks it.
  dataset::FileLock Begin() const;

  // Returns model.json or, of an unfinished run, run.json. Throws dataset::Error if there is neither (the message says
  // how to make one), it is invalid, or both are there and name other classes.
  ModelInfo LoadModelInfo() const;
  // Whether the training has come to its end.
  bool finished() const;
  // Returns the normalisation of the model `info`; reads its whitening, if it has one, from the folder.
  Normalization LoadNormalization(const ModelInfo& info) const;

  // Returns the folder of the complete checkpoint with the highest step; nullopt if there is none.
  std::optional<std::filesystem::path> LatestCheckpoint() const;
  // Whether a run without a checkpoint has had some: its metrics.jsonl has two epochs or more (a kill may come between
  // the first one and its checkpoint), or `checkpoints` is a link that leads nowhere.
  bool HasLostCheckpoints() const;
  static TrainState LoadState(const std::filesystem::path& checkpoint);
  static void ReplaceState(const std::filesystem::path& checkpoint, const TrainState& state, dataset::Sync sync);

  // The folder or files that the run is trained on, as its latest checkpoint, its model.json or its run.json names
  // them. Throws dataset::Error if there is none of them.
  std::filesystem::path DatasetFolder() const;
  // Leads from the run folder to `dataset`; both may be relative to the working folder.
  std::string RelativeDataset(const std::filesystem::path& dataset) const;

  // Removes the files of a training and its evaluations by their names, then the folders below that are empty.
  void Clear() const;

 private:
  std::filesystem::path path_;
};

// The files of a checkpoint's tensors.
std::filesystem::path CheckpointWeights(const std::filesystem::path& checkpoint);
std::filesystem::path CheckpointOptimizer(const std::filesystem::path& checkpoint);
std::filesystem::path CheckpointAverage(const std::filesystem::path& checkpoint);  // absent without `ema`
std::filesystem::path CheckpointKept(const std::filesystem::path& checkpoint);     // absent without `average_best`
std::filesystem::path CheckpointBest(const std::filesystem::path& checkpoint);     // absent before the first validation

// Writes a checkpoint: the caller fills the folder path(), then Publish adds the state, makes it the latest checkpoint
// and removes the files of the others. A kill at any moment leaves a complete one.
class CheckpointWriter {
 public:
  CheckpointWriter(const RunDirectory& run, uint64_t step);
  const std::filesystem::path& path() const { return incomplete_; }
  void Publish(const TrainState& state, dataset::Sync sync);

 private:
  std::filesystem::path incomplete_, final_;
};

}  // namespace train
