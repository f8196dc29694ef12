#include "train/run/run_recorder.h"

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "train/loop/best_weights.h"
#include "train/network/classifier.h"
#include "train/network/weight_loader.h"
#include "train/optim/optimizer.h"
#include "train/optim/weight_average.h"
#include "train/run/training_run.h"
#include "train/weights/safetensors.h"

namespace train {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr uint32_t kFirstEpoch = 1;  // as people count

// Returns the number of the first epoch by the event at the front of the file.
uint32_t FirstEpochOf(const fs::path& metrics) {
  std::ifstream file(metrics);
  std::string line;
  std::getline(file, line);
  const auto event = nlohmann::json::parse(line, nullptr, false);
  return event.is_object() && event.contains("first_epoch") && event["first_epoch"] == kFirstEpoch ? kFirstEpoch : 0;
}

}  // namespace

RunRecorder::RunRecorder(const RunDirectory& run, uint64_t metrics_bytes, std::map<std::string, std::string> options,
                         std::map<std::string, std::string> metadata, dataset::Sync sync)
    : run_(run),
      first_epoch_(metrics_bytes == 0 ? kFirstEpoch : FirstEpochOf(run.metrics())),
      metrics_(run.metrics(), metrics_bytes),
      options_(std::move(options)),
      metadata_(std::move(metadata)),
      sync_(sync) {
  history_.Load(run.metrics(), metrics_bytes);
  if (metrics_bytes > 0) views_.emplace(run_, history_, sync_);
}

void RunRecorder::Append(const Json& event) {
  metrics_.Append(event.dump());
  history_.Add(event);
}

void RunRecorder::Start(const std::map<std::string, std::string>& options) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  Append({{"event", "start"},
          {"options", options},
          {"first_epoch", kFirstEpoch},
          {"begun", std::chrono::duration_cast<std::chrono::seconds>(now).count()}});
  views_.emplace(run_, history_, sync_);
}

void RunRecorder::Extend(const fs::path& checkpoint, const TrainState& state, uint32_t epochs) {
  Append({{"event", "extend"}, {"epochs", epochs}});
  RunDirectory::ReplaceState(checkpoint, Saved(state), sync_);
}

void RunRecorder::End(const RunResult& result) {
  Json json = {{"event", "end"},
               {"best_accuracy", result.best_accuracy},
               {"best_loss", result.best_loss},
               {"best_f1", result.best_f1},
               {"best_epoch", first_epoch_ + result.best_epoch},
               {"weights", dataset::NameOf(result.best_weights)},
               {"seconds", result.seconds}};
  if (!result.averaged.empty()) {
    for (const uint32_t epoch : result.averaged) json["averaged"].push_back(first_epoch_ + epoch);
  }
  if (result.stop) json["stop"] = dataset::NameOf(*result.stop);
  Append(json);
  views_->Finish(history_);
}

void RunRecorder::Lowered(const TrainState& state, const LoweredRate& rate) {
  Append({{"event", "rate"},
          {"phase", dataset::NameOf(rate.phase)},
          {"epoch", first_epoch_ + state.epoch},
          {"step", state.step},
          {"was", rate.was},
          {"learning_rate", rate.is},
          {"from_best", rate.current}});
}

void RunRecorder::OnStep(const StepReport& report) {
  Append({{"event", "step"},
          {"step", report.step},
          {"epoch", first_epoch_ + report.epoch},
          {"loss", report.loss},
          {"learning_rate", report.learning_rate}});
}

void RunRecorder::OnSolvedHead(const SolvedHead& head) {
  Append({{"event", "head"}, {"lambda", head.lambda}, {"temperature", head.temperature}, {"samples", head.samples}});
}

void RunRecorder::OnEpoch(const EpochReport& report) {
  Json event = {{"event", "epoch"},
                {"phase", dataset::NameOf(report.phase)},
                {"epoch", first_epoch_ + report.epoch},
                {"step", report.step},
                {"best", report.best}};
  for (const MetricsField& field : kMetricsFields) event[field.column] = report.*field.value;
  if (report.weights != WeightsKind::kRaw) event["weights"] = dataset::NameOf(report.weights);
  if (report.stop) event["stop"] = dataset::NameOf(*report.stop);
  Append(event);
  views_->Update(history_);
}

void RunRecorder::OnFinding(const Finding& finding) {
  Append({{"event", "warning"},
          {"finding", dataset::NameOf(finding.kind)},
          {"epoch", first_epoch_ + finding.epoch},
          {"text", finding.text}});
}

void RunRecorder::OnDivergence(const Divergence& divergence) {
  Append({{"event", "divergence"},
          {"loss", dataset::NameOf(divergence.loss)},
          {"answer", dataset::NameOf(divergence.answer)},
          {"epoch", first_epoch_ + divergence.epoch},
          {"step", divergence.step},
          {"rate_factor", divergence.rate_factor},
          {"text", divergence.text}});
}

void RunRecorder::OnBest(Classifier& model) {
  std::vector<torch::Tensor> storage;
  WriteSafetensors(run_.weights(), WeightViews(model, storage), metadata_, sync_);
  best_is_new_ = true;
}

void RunRecorder::OnCheckpoint(const TrainState& state, const Learned& learned) {
  CheckpointWriter checkpoint(run_, state.step);
  std::vector<torch::Tensor> storage;
  WriteSafetensors(CheckpointWeights(checkpoint.path()), WeightViews(learned.model, storage), metadata_, sync_);
  WriteSafetensors(CheckpointOptimizer(checkpoint.path()), learned.optimizer.State(storage), {}, sync_);
  if (learned.average != nullptr) {
    WriteSafetensors(CheckpointAverage(checkpoint.path()), learned.average->State(storage), {}, sync_);
  }
  if (!state.kept.empty()) WriteSafetensors(CheckpointKept(checkpoint.path()), learned.best.State(storage), {}, sync_);
  if (state.best_accuracy >= 0) {
    KeepBest(CheckpointBest(checkpoint.path()));
  }
  checkpoint.Publish(Saved(state), sync_);
}

void RunRecorder::KeepBest(const fs::path& file) {
  const std::optional<fs::path> latest = run_.LatestCheckpoint();
  std::error_code failed;
  if (!best_is_new_ && latest) {
    fs::create_hard_link(CheckpointBest(*latest), file, failed);
    if (failed) dataset::CopyFile(CheckpointBest(*latest), file, sync_);
    return;
  }
  // No link: what people write into weights.safetensors must not reach the checkpoint.
  dataset::CopyFile(run_.weights(), file, sync_);
  best_is_new_ = false;
}

TrainState RunRecorder::Saved(const TrainState& state) {
  // The state counts the bytes of metrics.jsonl, so they must be on the disk before it.
  if (sync_ == dataset::Sync::kYes) metrics_.Sync();
  TrainState saved = state;
  saved.metrics_bytes = metrics_.bytes();
  saved.options = options_;
  return saved;
}

void RestoreBest(const RunDirectory& run, const fs::path& checkpoint, dataset::Sync sync) {
  if (fs::exists(CheckpointBest(checkpoint))) {
    dataset::PublishFile(run.weights(), dataset::ReadFile(CheckpointBest(checkpoint)), sync);
  } else if (RunDirectory::LoadState(checkpoint).best_accuracy < 0) {
    fs::remove(run.weights());
  }
}

}  // namespace train
