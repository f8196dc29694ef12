#pragma once

#include <functional>
#include <optional>

#include "train/loop/best_rule.h"
#include "train/loop/evaluator.h"
#include "train/loop/weights_kind.h"
#include "train/optim/weight_average.h"

namespace train {

// What val says of weights, and which they are.
struct EpochScore {
  Evaluator::Totals totals;
  ValResult result;
  WeightsKind weights = WeightsKind::kRaw;
};

// Scores a model on val. Not thread-safe.
class Validator {
 public:
  // `by` says what is better. `stop` may be empty; if it returns true after a batch, a score is nullopt.
  Validator(Evaluator evaluator, BestBy by, std::function<bool()> stop);

  // Of the weights that the model has.
  std::optional<EpochScore> ScoreModel();
  // Of the model's weights or of their average (nullptr: there is none), whichever is better. If the model's own loss
  // is not finite, its score is returned.
  std::optional<EpochScore> ScoreEpoch(WeightAverage* average);

  Evaluator& evaluator() { return evaluator_; }

 private:
  Evaluator evaluator_;
  BestBy by_;
  std::function<bool()> stop_;
};

}  // namespace train
