#include "train/optim/plateau.h"

#include <algorithm>
#include <limits>

namespace train {

double PlateauPart(const PlateauRule& rule, std::span<const double> scores) {
  double part = 1, best = -std::numeric_limits<double>::infinity();
  int wait = 0;
  for (const double score : scores) {
    if (score > best + rule.min_delta) {
      best = score;
      wait = 0;
    } else if (++wait >= rule.epochs && part > rule.least) {
      part = std::max(part * rule.factor, rule.least);
      wait = 0;
    }
  }
  return part;
}

int PlateauEpochs(uint64_t images, uint64_t classes) {
  const uint64_t average = images / classes;
  return average >= 500 ? 2 : average >= 200 ? 4 : 5;
}

}  // namespace train
