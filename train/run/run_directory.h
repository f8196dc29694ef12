#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/io/sync.h"
#include "train/loop/train_state.h"
#include "train/run/model_info.h"

namespace train {

// The files of a run folder (proto/FORMAT.md, section 8). No other code knows their names.
class RunDirectory {
 public:
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path config() const { return path_ / "config.toml"; }
  std::filesystem::path model() const { return path_ / "model.json"; }
  std::filesystem::path weights() const { return path_ / "weights.safetensors"; }
  std::filesystem::path whitening() const { return path_ / "whitening.safetensors"; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path evaluation(const std::string& split) const { return path_ / "eval" / split; }

  // Throws dataset::Error if there is no model.json (the message says how to make one) or it is invalid.
  ModelInfo LoadModelInfo() const;
  // Returns the normalisation of the model `info`; reads its whitening, if it has one, from the folder.
  Normalization LoadNormalization(const ModelInfo& info) const;

  // Returns the folder of the complete checkpoint with the highest step; nullopt if there is none.
  std::optional<std::filesystem::path> LatestCheckpoint() const;
  static TrainState LoadState(const std::filesystem::path& checkpoint);

  // The folder or files that the run is trained on, as its latest checkpoint or its model.json names them. Throws
  // dataset::Error if there is neither.
  std::filesystem::path DatasetFolder() const;
  // Leads from the run folder to `dataset`; both may be relative to the working folder.
  std::string RelativeDataset(const std::filesystem::path& dataset) const;

  // Whether the folder holds no file of a training.
  bool empty() const;
  // Removes the files and folders of a training and its evaluations, and nothing else.
  void Clear() const;

 private:
  std::filesystem::path path_;
};

// Writes a checkpoint: the caller fills the folder path(), then Publish adds the state, makes it the latest checkpoint
// and removes the others. A kill at any moment leaves a complete one.
class CheckpointWriter {
 public:
  CheckpointWriter(const RunDirectory& run, uint64_t step);
  const std::filesystem::path& path() const { return incomplete_; }
  void Publish(const TrainState& state, dataset::Sync sync);

 private:
  std::filesystem::path incomplete_, final_;
};

// Appends whole lines to metrics.jsonl. The constructor cuts the file back to `bytes`; it throws dataset::Error if the
// file is shorter.
class MetricsFile {
 public:
  MetricsFile(const std::filesystem::path& path, uint64_t bytes);
  ~MetricsFile();
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;
  void Append(const std::string& line);  // without its newline
  void Sync();                           // writes the file to the disk
  uint64_t bytes() const { return bytes_; }

 private:
  std::string path_;
  int fd_ = -1;
  uint64_t bytes_ = 0;
};

}  // namespace train
