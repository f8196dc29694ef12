#pragma once

#include <string>

#include "train/network/network.h"

namespace train {

// Returns a hash of all values that the layers below `end` compute with, 64 hex digits.
std::string HashLayers(const Network& network, int end);

}  // namespace train
