#include "train/metrics/tensorboard_events.h"

#include <cmath>

#include "dataset/io/file.h"
#include "dataset/record/record_writer.h"
#include "proto/event.pb.h"

namespace train {

namespace fs = std::filesystem;

namespace {

void AddScalar(const char* tag, double value, dstools::Event& event) {
  if (!std::isfinite(value)) return;
  dstools::Summary::Value* scalar = event.mutable_summary()->add_value();
  scalar->set_tag(tag);
  scalar->set_simple_value(static_cast<float>(value));
}

std::string RecordOf(const dstools::Event& event) { return dataset::FrameRecord(event.SerializeAsString()); }

double Seconds(const MetricsEpoch& epoch) { return std::isfinite(epoch.report.seconds) ? epoch.report.seconds : 0; }

// When epoch number `epoch` began, by the run's clock.
double BeginOf(const MetricsHistory& history, size_t epoch) {
  double time = history.begun();
  for (size_t i = 0; i < epoch; ++i) time += Seconds(history.epochs()[i]);
  return time;
}

bool BeginsWith(const fs::path& file, const std::string& bytes) {
  std::error_code error;
  const uintmax_t size = fs::file_size(file, error);
  return !error && size >= bytes.size() && dataset::ReadFile(file).starts_with(bytes);
}

}  // namespace

std::string FirstEventRecords(const MetricsHistory& history) {
  dstools::Event event;
  event.set_wall_time(history.begun());
  event.set_file_version("brain.Event:2");
  return RecordOf(event);
}

std::string EventRecordsOf(const MetricsHistory& history, size_t epoch) {
  const MetricsEpoch& of = history.epochs()[epoch];
  const double begin = BeginOf(history, epoch);
  const auto count = static_cast<double>(of.stretches.size());
  std::string records;
  for (size_t i = 0; i < of.stretches.size(); ++i) {
    dstools::Event event;
    event.set_wall_time(begin + Seconds(of) * static_cast<double>(i + 1) / count);
    event.set_step(static_cast<int64_t>(of.stretches[i].step));
    AddScalar("loss/steps", of.stretches[i].loss, event);
    AddScalar("learning_rate", of.stretches[i].learning_rate, event);
    records += RecordOf(event);
  }
  dstools::Event event;
  event.set_wall_time(begin + Seconds(of));
  event.set_step(static_cast<int64_t>(of.report.step));
  for (const MetricsField& field : kMetricsFields) {
    if (*field.tag != '\0') AddScalar(field.tag, of.report.*field.value, event);
  }
  return records + RecordOf(event);
}

TensorboardEvents::TensorboardEvents(const fs::path& path, const MetricsHistory& history, dataset::Sync sync) {
  std::string bytes = FirstEventRecords(history);
  for (; epochs_ < history.epochs().size(); ++epochs_) bytes += EventRecordsOf(history, epochs_);
  if (!BeginsWith(path, bytes)) dataset::PublishFile(path, bytes, sync);
  file_.emplace(path, bytes.size());
}

void TensorboardEvents::Update(const MetricsHistory& history) {
  for (; epochs_ < history.epochs().size(); ++epochs_) file_->AppendBytes(EventRecordsOf(history, epochs_));
}

}  // namespace train
