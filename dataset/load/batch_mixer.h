#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/random.h"
#include "dataset/load/batch.h"

namespace dataset {

// Of each batch, at most one of the two happens; mixup + cutmix <= 1.
struct MixOptions {
  double mixup = 0;          // probability of mixup (Zhang et al. 2018)
  double mixup_alpha = 0.2;  // of Beta(alpha, alpha); 0.01 ... 100
  double cutmix = 0;         // probability of cutmix (Yun et al. 2019)
  double cutmix_alpha = 1;

  bool mixes() const { return mixup > 0 || cutmix > 0; }
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const MixOptions& options);

// Each field's name and its value.
std::vector<std::pair<std::string, std::string>> Describe(const MixOptions& options);

// What is done to one batch. The part that cutmix takes from the other sample is, as torchvision.transforms.v2's, a
// rectangle of the picture's aspect and of 1 - (the drawn lambda) of its area around a uniform pixel, cut off at the
// edges.
struct MixDraw {
  enum class Kind { kNone, kMixup, kCutmix } kind = Kind::kNone;
  double lambda = 1;                        // what remains of a sample itself, for cutmix by the area that was cut
  int x = 0, y = 0, width = 0, height = 0;  // of kCutmix: what comes from the other sample
};

// Mixes the samples of a batch, each with the one in the slot before (slot 0 with the last valid one), by one lambda,
// as torchvision.transforms.v2's MixUp and CutMix. Pure and thread-safe; draws are in the order of proto/FORMAT.md,
// section 7.
class BatchMixer {
 public:
  // Throws Error::Usage as Validate does.
  explicit BatchMixer(const MixOptions& options);

  MixDraw Draw(int width, int height, Rng& rng) const;

  // Mixes the valid slots of *batch, by the draws of (seed, batch->epoch, batch->first), and sets its targets, also of
  // a batch that is not mixed: each label has its share of its sample's row. Rows of slots that are not valid are zero.
  // Labels are below `classes`.
  void Mix(uint64_t seed, uint32_t classes, Batch* batch) const;

 private:
  MixOptions options_;
};

}  // namespace dataset
