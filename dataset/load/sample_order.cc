#include "dataset/load/sample_order.h"

#include <algorithm>

#include "dataset/base/random.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

uint64_t SampleOrder::bytes() const {
  return picks_.capacity() * sizeof(Pick) + ids_.capacity() * sizeof(SampleId) +
         cumulative_.capacity() * sizeof(double);
}

Pick SampleOrder::Draw(uint64_t index) const {
  Rng rng(seed_, Domain::kDraw, epoch_, first_ + static_cast<uint32_t>(index));
  const double at = rng.Uniform() * cumulative_.back();
  auto drawn = std::upper_bound(cumulative_.begin(), cumulative_.end(), at);
  // If the product was rounded up to the sum, takes the last sample that has a weight.
  if (drawn == cumulative_.end()) drawn = std::lower_bound(cumulative_.begin(), cumulative_.end(), at);
  return {ids_[static_cast<size_t>(drawn - cumulative_.begin())], static_cast<uint32_t>(index) + 1};
}

}  // namespace dataset
