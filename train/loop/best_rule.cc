#include "train/loop/best_rule.h"

namespace train {

double ScoreOf(BestBy by, const ValResult& result) {
  switch (by) {
    case BestBy::kAccuracy:
      return result.accuracy;
    case BestBy::kLoss:
      return -result.loss;
    case BestBy::kF1:
      return result.f1;
  }
  return result.accuracy;
}

bool IsBetter(BestBy by, const ValResult& result, const ValResult& best) {
  const double score = ScoreOf(by, result), best_score = ScoreOf(by, best);
  return score > best_score || (score == best_score && result.loss < best.loss);
}

}  // namespace train
