#pragma once

#include <cstdint>

#include "dataset/base/enum_names.h"

namespace train {

class Network;

enum class Initialization {
  kHe,      // uniform, deviation sqrt(2 / inputs) (He et al., 2015)
  kXavier,  // uniform, deviation sqrt(2 / (inputs + outputs)) (Glorot and Bengio, 2010)
};
constexpr auto EnumNames(Initialization) {
  return dataset::NameTable<Initialization, 2>{{{Initialization::kHe, "he"}, {Initialization::kXavier, "xavier"}}};
}

// Fills every tensor by its name: convolution and dense weights as said, the layer of the classes (the last one)
// uniform with deviation 0.01, norms 1, scales of residual branches 1e-6 (ConvNeXt's), biases 0. A value depends on
// (seed, name) alone. Only layers from `first` on are filled.
void Initialize(Network& network, int first, Initialization initialization, uint64_t seed);

}  // namespace train
