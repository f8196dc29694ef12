#include "train/loop/early_stop.h"

#include <limits>

namespace train {

std::optional<StopReason> FindStop(const EarlyStop& rule, std::span<const ValResult> results) {
  if (results.empty()) return std::nullopt;
  if (rule.target) {
    const double target = rule.by == BestBy::kLoss ? -*rule.target : *rule.target;
    if (ScoreOf(rule.by, results.back()) >= target) return StopReason::kTarget;
  }
  if (rule.epochs == 0) return std::nullopt;
  double best = -std::numeric_limits<double>::infinity();
  uint32_t wait = 0;
  for (const ValResult& result : results) {
    const double score = ScoreOf(rule.by, result);
    if (score > best + rule.min_delta) {
      best = score;
      wait = 0;
    } else if (++wait >= rule.epochs) {
      return StopReason::kPatience;
    }
  }
  return std::nullopt;
}

}  // namespace train
