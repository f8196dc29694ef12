#pragma once

#include <cstdint>
#include <vector>

#include "dataset/catalog/manifest.h"
#include "dataset/split/split_options.h"

namespace dataset {

// Gives all classes of train the same number of samples (proto/FORMAT.md, section 1, "Balance"). Undersampling drops
// entries, oversampling sets their `repeat`. Classes without entries in train are ignored. Entries stay sorted.
void BalanceTrain(Balance balance, uint64_t seed, Manifest* manifest);

}  // namespace dataset
