#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "dataset/io/sync.h"
#include "train/metrics/metrics_file.h"
#include "train/metrics/metrics_history.h"

namespace train {

// Returns the records that an event file begins with.
std::string FirstEventRecords(const MetricsHistory& history);
// Returns the records of epoch number `epoch` of the history, counted from 0: one for each of its stretches, with
// loss/steps and learning_rate, then one with the tags of kMetricsFields. A record's step is the number of steps done
// in the run, its time what the run's clock showed: the start of the run and the seconds of its epochs, without pauses.
std::string EventRecordsOf(const MetricsHistory& history, size_t epoch);

// TensorBoard's event file of a run. It is a function of the history and grows at its end, so that a TensorBoard that
// has it open goes on reading. Not thread-safe.
class TensorboardEvents {
 public:
  // Makes the file what the history tells. If it begins so, only its end is cut off; else it is replaced.
  TensorboardEvents(const std::filesystem::path& path, const MetricsHistory& history, dataset::Sync sync);
  // Appends the epochs that the history has gained.
  void Update(const MetricsHistory& history);
  void Sync() { file_->Sync(); }

 private:
  std::optional<MetricsFile> file_;
  size_t epochs_ = 0;
};

}  // namespace train
