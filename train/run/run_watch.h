#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dataset/load/loader_stats.h"
#include "train/loop/watch.h"
#include "train/metrics/metrics_history.h"

namespace train {

// Looks at a training after each epoch and tells observers what is wrong with it, each finding once a run.
class RunWatch : public TrainObserver {
 public:
  struct Loader {
    std::function<dataset::LoaderStats()> stats;
    int threads = 1;
  };
  // `run` has what is known from the beginning; its epochs and the findings of before come from `history`, which must
  // be told of an epoch before the watch is. All must outlive the watch.
  RunWatch(WatchedRun run, std::vector<std::string> classes, Loader loader, const MetricsHistory& history,
           std::vector<TrainObserver*> told);
  void OnEpoch(const EpochReport& report) override;

 private:
  WatchedRun run_;
  std::vector<std::string> classes_;
  Loader loader_;
  const MetricsHistory& history_;
  std::vector<TrainObserver*> told_;
};

// The epoch as Watch sees it.
WatchedEpoch Watched(const MetricsEpoch& epoch);

}  // namespace train
