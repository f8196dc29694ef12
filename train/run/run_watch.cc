#include "train/run/run_watch.h"

#include <algorithm>
#include <limits>

#include "dataset/bench/loader_limit.h"

namespace train {

namespace {

// What takes the loader's time. It is the loader that is waited for, so its own waits for the training do not count.
std::string LoaderCure(const dataset::LoaderStats& stats, int threads) {
  double seconds = stats.Seconds(dataset::LoaderStage::kSegmentWait);
  for (const auto stage : {dataset::LoaderStage::kParse, dataset::LoaderStage::kDecode, dataset::LoaderStage::kAugment,
                           dataset::LoaderStage::kCollate}) {
    seconds += stats.Seconds(stage) / threads;
  }
  dataset::LoaderShares shares = SharesOf(stats, std::max(seconds, 1e-9), threads);
  shares.buffer_wait = 0;
  const dataset::LoaderLimit limit = LimitOf(shares);
  const std::string name = "the loader's limit is " + std::string(NameOf(limit)) + ": ";
  switch (limit) {
    case dataset::LoaderLimit::kDisk:
      return name + "more `memory` keeps the dataset there";
    case dataset::LoaderLimit::kDecode:
      return name + "`memory` for the decoded pictures, photos compiled at a smaller `resize` or more `loader_threads`";
    case dataset::LoaderLimit::kAugment:
      return name + "a lighter `augment` or more `loader_threads`";
    default:
      return name + "more `loader_threads`";
  }
}

}  // namespace

WatchedEpoch Watched(const MetricsEpoch& epoch) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  constexpr size_t kNeighbours = 3;
  WatchedEpoch watched{epoch.report, kUnknown, kUnknown};
  const std::vector<Stretch>& stretches = epoch.stretches;
  if (stretches.empty()) return watched;
  watched.first_loss = stretches[0].loss;
  const size_t width = std::min(kNeighbours, stretches.size());
  watched.highest_loss = -std::numeric_limits<double>::infinity();
  for (size_t i = 0; i + width <= stretches.size(); ++i) {
    double sum = 0;
    for (size_t k = i; k < i + width; ++k) sum += stretches[k].loss;
    watched.highest_loss = std::max(watched.highest_loss, sum / static_cast<double>(width));
  }
  return watched;
}

RunWatch::RunWatch(WatchedRun run, std::vector<std::string> classes, Loader loader, const MetricsHistory& history,
                   std::vector<TrainObserver*> told)
    : run_(std::move(run)),
      classes_(std::move(classes)),
      loader_(std::move(loader)),
      history_(history),
      told_(std::move(told)) {}

void RunWatch::OnEpoch(const EpochReport& report) {
  run_.planned_epochs = report.epochs;
  for (size_t i = run_.epochs.size(); i < history_.epochs().size(); ++i) {
    run_.epochs.push_back(Watched(history_.epochs()[i]));
  }
  run_.never_predicted.clear();
  for (const uint32_t label : report.never_predicted) run_.never_predicted.push_back(classes_[label]);
  run_.loader_cure = LoaderCure(loader_.stats(), loader_.threads);
  for (const Finding& finding : Watch(run_)) {
    if (history_.findings().contains(std::string(dataset::NameOf(finding.kind)))) continue;
    for (TrainObserver* observer : told_) observer->OnFinding(finding);
  }
}

}  // namespace train
