#pragma once

#include <cstdint>

#include "dataset/base/enum_names.h"

namespace train {

class Network;

enum class Initialization {
  kHe,      // uniform, standard deviation sqrt(2 / inputs) (He et al., 2015)
  kXavier,  // uniform, standard deviation sqrt(2 / (inputs + outputs)) (Glorot and Bengio, 2010)
};
constexpr auto EnumNames(Initialization) {
  return dataset::NameTable<Initialization, 2>{{{Initialization::kHe, "he"}, {Initialization::kXavier, "xavier"}}};
}

// Fills the tensors of the layers from index `first` on. Weights of convolutions and dense layers follow
// `initialization`; those of the last layer, that of the classes, are uniform with a standard deviation of 0.01. Norms
// get 1, the scales of residual branches 1e-6 (as in ConvNeXt), biases 0. Values depend only on the seed, the name and
// the shape of their tensor.
void Initialize(Network& network, int first, Initialization initialization, uint64_t seed);

}  // namespace train
