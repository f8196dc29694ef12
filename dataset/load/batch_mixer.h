#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/random.h"
#include "dataset/load/batch.h"

namespace dataset {

// How batches are mixed. At most one of the two happens to a batch, so mixup + cutmix must be <= 1.
struct MixOptions {
  double mixup = 0;          // probability of mixup (Zhang et al. 2018)
  double mixup_alpha = 0.2;  // lambda is drawn from Beta(alpha, alpha); 0.01 ... 100
  double cutmix = 0;         // probability of cutmix (Yun et al. 2019)
  double cutmix_alpha = 1;   // as mixup_alpha

  bool mixes() const { return mixup > 0 || cutmix > 0; }
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const MixOptions& options);

// Returns the name and the value of each field.
std::vector<std::pair<std::string, std::string>> Describe(const MixOptions& options);

// What is done to one batch. With cutmix, a rectangle of each picture comes from the other sample. As in
// torchvision.transforms.v2, it has the picture's aspect ratio and (1 - the drawn lambda) of its area, around a
// uniformly drawn pixel, and is cut off at the edges.
struct MixDraw {
  enum class Kind { kNone, kMixup, kCutmix } kind = Kind::kNone;
  double lambda = 1;                        // the sample's own share; for cutmix by the area that was really replaced
  int x = 0, y = 0, width = 0, height = 0;  // for kCutmix: the rectangle that comes from the other sample, in pixels
};

// Mixes each sample of a batch with the one in the slot before it (slot 0 with the last valid slot), all by one lambda,
// as torchvision.transforms.v2's MixUp and CutMix do. The order of the draws: proto/FORMAT.md, section 7. Pure and
// thread-safe.
class BatchMixer {
 public:
  // Throws Error::Usage as Validate does.
  explicit BatchMixer(const MixOptions& options);

  // Draws what is done to a batch of pictures of this size.
  MixDraw Draw(int width, int height, Rng& rng) const;

  // Mixes the valid slots of *batch with the draws of (seed, batch->epoch, batch->first). Sets batch->targets, even if
  // the batch is not mixed: each row has the shares of the labels in its sample, and rows of slots that are not valid
  // are zero. Labels must be below `classes`.
  void Mix(uint64_t seed, uint32_t classes, Batch* batch) const;

 private:
  MixOptions options_;
};

}  // namespace dataset
