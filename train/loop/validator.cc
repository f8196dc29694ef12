#include "train/loop/validator.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace train {

Validator::Validator(Evaluator evaluator, BestBy by, std::function<bool()> stop)
    : evaluator_(std::move(evaluator)), by_(by), stop_(std::move(stop)) {}

std::optional<EpochScore> Validator::ScoreModel() {
  std::optional<Evaluator::Totals> totals = evaluator_.Sum(stop_);
  if (!totals) return std::nullopt;
  const double samples = std::max<double>(1, static_cast<double>(totals->samples));
  const ValResult result{
      .accuracy = static_cast<double>(totals->correct) / samples, .loss = totals->loss, .f1 = totals->macro.f1};
  return EpochScore{std::move(*totals), result};
}

std::optional<EpochScore> Validator::ScoreEpoch(WeightAverage* average) {
  std::optional<EpochScore> raw = ScoreModel();
  if (!raw || average == nullptr || !std::isfinite(raw->result.loss)) return raw;
  std::optional<EpochScore> averaged;
  {
    const WeightAverage::InModel in_model(*average);
    averaged = ScoreModel();
  }
  if (!averaged) return std::nullopt;
  if (!IsBetter(by_, averaged->result, raw->result)) return raw;
  averaged->weights = WeightsKind::kEma;
  return averaged;
}

}  // namespace train
