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

// The only place that knows the names in a run folder (proto/FORMAT.md, section 8).
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

  // Throws dataset::Error that says how such a folder is made.
  ModelInfo LoadModelInfo() const;
  // What a model of such a description takes its input by; a whitening is in the folder.
  Normalization LoadNormalization(const ModelInfo& info) const;

  // The highest complete checkpoint; nullopt: none.
  std::optional<std::filesystem::path> LatestCheckpoint() const;
  static TrainState LoadState(const std::filesystem::path& checkpoint);

  // The folder or files that the run is trained on, as its latest checkpoint or its model.json names them. Throws
  // dataset::Error if there is neither.
  std::filesystem::path DatasetFolder() const;
  // Leads from the run folder to `dataset`; both may be relative to the working folder.
  std::string RelativeDataset(const std::filesystem::path& dataset) const;

  // Nothing that a training wrote is there.
  bool empty() const;
  // Removes what a training wrote, and nothing else.
  void Clear() const;

 private:
  std::filesystem::path path_;
};

// A checkpoint being written: fill path(), then Publish() makes it the latest and removes the others.
class CheckpointWriter {
 public:
  CheckpointWriter(const RunDirectory& run, uint64_t step);
  const std::filesystem::path& path() const { return incomplete_; }
  void Publish(const TrainState& state, dataset::Sync sync);

 private:
  std::filesystem::path incomplete_, final_;
};

// metrics.jsonl: appends whole lines; on opening cuts the file back to `bytes`.
class MetricsFile {
 public:
  MetricsFile(const std::filesystem::path& path, uint64_t bytes);
  ~MetricsFile();
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;
  void Append(const std::string& line);  // without its newline
  void Sync();                           // to the disk
  uint64_t bytes() const { return bytes_; }

 private:
  std::string path_;
  int fd_ = -1;
  uint64_t bytes_ = 0;
};

}  // namespace train
