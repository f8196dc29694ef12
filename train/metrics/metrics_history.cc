#include "train/metrics/metrics_history.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

namespace train {

using Json = nlohmann::ordered_json;

namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

double NumberOf(const Json& event, const char* key, double absent = kAbsent) {
  const auto value = event.find(key);
  return value != event.end() && value->is_number() ? value->get<double>() : absent;
}

uint64_t CountOf(const Json& event, const char* key) {
  const auto value = event.find(key);
  return value != event.end() && value->is_number_unsigned() ? value->get<uint64_t>() : 0;
}

std::string TextOf(const Json& event, const char* key) {
  const auto value = event.find(key);
  return value != event.end() && value->is_string() ? value->get<std::string>() : "";
}

}  // namespace

void MetricsHistory::Add(const Json& event) {
  const std::string kind = TextOf(event, "event");
  if (kind == "step") {
    steps_.push_back({NumberOf(event, "loss"), NumberOf(event, "learning_rate")});
  } else if (kind == "epoch") {
    AddEpoch(event);
  } else if (kind == "start") {
    begun_ = NumberOf(event, "begun", 0);
    first_epoch_ = static_cast<uint32_t>(CountOf(event, "first_epoch"));
  } else if (kind == "divergence" && TextOf(event, "loss") == dataset::NameOf(DivergedLoss::kVal)) {
    steps_.clear();  // the epoch is repeated
  } else if (kind == "warning") {
    findings_.insert(TextOf(event, "finding"));
  }
}

void MetricsHistory::AddEpoch(const Json& event) {
  MetricsEpoch epoch;
  EpochReport& report = epoch.report;
  report.phase = dataset::ParseName<PhaseKind>(TextOf(event, "phase")).value_or(PhaseKind::kFinetune);
  report.epoch = static_cast<uint32_t>(std::max<uint64_t>(CountOf(event, "epoch"), first_epoch_)) - first_epoch_;
  report.step = CountOf(event, "step");
  for (const MetricsField& field : kMetricsFields) report.*field.value = NumberOf(event, field.column);
  if (std::isnan(report.learning_rate) && !steps_.empty()) report.learning_rate = steps_.back().learning_rate;
  const auto best = event.find("best");
  report.best = best != event.end() && best->is_boolean() && best->get<bool>();
  const size_t count = std::min(kStretches, steps_.size());
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = i * steps_.size() / count, end = (i + 1) * steps_.size() / count;
    Stretch stretch;
    for (size_t k = begin; k < end; ++k) stretch.loss += steps_[k].loss / static_cast<double>(end - begin);
    const uint64_t left = steps_.size() - end;
    stretch.step = report.step - std::min(left, report.step);
    stretch.epoch = report.epoch + static_cast<double>(end) / static_cast<double>(steps_.size());
    stretch.learning_rate = steps_[end - 1].learning_rate;
    epoch.stretches.push_back(stretch);
  }
  steps_.clear();
  epochs_.push_back(std::move(epoch));
}

void MetricsHistory::Load(const std::filesystem::path& metrics, uint64_t bytes) {
  std::ifstream file(metrics, std::ios::binary);
  uint64_t done = 0;
  for (std::string line; std::getline(file, line);) {
    done += line.size() + 1;
    if (done > bytes) break;
    const Json event = Json::parse(line, nullptr, false);
    if (event.is_object()) Add(event);
  }
}

}  // namespace train
