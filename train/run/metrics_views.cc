#include "train/run/metrics_views.h"

#include <limits>

#include "dataset/io/file.h"
#include "train/metrics/metrics_table.h"
#include "train/metrics/training_curves.h"

namespace train {

namespace fs = std::filesystem;

MetricsViews::MetricsViews(const RunDirectory& run, const MetricsHistory& history, dataset::Sync sync)
    : run_(run), sync_(sync), events_(run.events(), history, dataset::Sync::kNo) {
  Publish(history, dataset::Sync::kNo);
}

// They are made anew after a kill or a loss of power, so they need not be on the disk before the end.
void MetricsViews::Update(const MetricsHistory& history) {
  events_.Update(history);
  Publish(history, dataset::Sync::kNo);
}

void MetricsViews::Finish(const MetricsHistory& history) {
  if (sync_ == dataset::Sync::kNo) return;
  events_.Sync();
  Publish(history, sync_);
}

void MetricsViews::Publish(const MetricsHistory& history, dataset::Sync sync) {
  dataset::PublishFile(run_.metrics_table(), FormatMetricsTable(history), sync);
  dataset::PublishFile(run_.curves(), FormatTrainingCurves(history), sync);
}

std::vector<fs::path> RestoreViews(const RunDirectory& run, dataset::Sync sync) {
  std::vector<fs::path> gone;
  for (const fs::path& file : {run.metrics_table(), run.curves(), run.events()}) {
    if (!fs::exists(file)) gone.push_back(file);
  }
  if (gone.empty() || !fs::exists(run.metrics())) return {};
  MetricsHistory history;
  history.Load(run.metrics(), std::numeric_limits<uint64_t>::max());
  MetricsViews(run, history, sync).Finish(history);
  return gone;
}

}  // namespace train
