#pragma once

#include <filesystem>
#include <vector>

#include "dataset/io/sync.h"
#include "train/metrics/metrics_history.h"
#include "train/metrics/tensorboard_events.h"
#include "train/run/run_directory.h"

namespace train {

// The files of a run folder that show metrics.jsonl in other ways: metrics.csv, curves.svg and TensorBoard's events.
// They are made of its history alone, so they tell what it tells, also after a kill and a resume. Not thread-safe.
class MetricsViews {
 public:
  // Makes the files what the history tells.
  MetricsViews(const RunDirectory& run, const MetricsHistory& history, dataset::Sync sync);
  // Does it again when the history has gained an epoch.
  void Update(const MetricsHistory& history);
  // Puts them on the disk, if `sync` asks for it.
  void Finish(const MetricsHistory& history);

 private:
  void Publish(const MetricsHistory& history, dataset::Sync sync);

  RunDirectory run_;
  dataset::Sync sync_;
  TensorboardEvents events_;
};

// Makes those that are gone from an ended run. Returns their paths.
std::vector<std::filesystem::path> RestoreViews(const RunDirectory& run, dataset::Sync sync);

}  // namespace train
