#pragma once

#include <cstdint>
#include <vector>

#include "dataset/catalog/manifest.h"
#include "dataset/split/split_options.h"

namespace dataset {

// Evens out the classes of train (proto/FORMAT.md, section 1): drops entries, or sets their `repeat`. Classes without
// entries in train do not count. Entries stay sorted.
void BalanceTrain(Balance balance, uint64_t seed, Manifest* manifest);

}  // namespace dataset
