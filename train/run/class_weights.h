#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/enum_names.h"

namespace train {

// Classes and their weights; classes that are not named have 1.
using NamedWeights = std::vector<std::pair<std::string, double>>;

// How much the samples of a class count in the loss.
enum class LossWeighting {
  kNamed,     // as the weights of named classes say
  kBalanced,  // each class as much as any other: n / (classes * n_c), as scikit-learn has it, over classes with samples
};
constexpr auto EnumNames(LossWeighting) {
  return dataset::NameTable<LossWeighting, 2>{
      {{LossWeighting::kNamed, "named"}, {LossWeighting::kBalanced, "balanced"}}};
}

// Returns one weight per class. Throws dataset::Error::Usage, which names `field`, for a name that is none of `classes`
// or comes twice.
std::vector<double> WeightsOf(const NamedWeights& named, const std::vector<std::string>& classes,
                              const std::string& field);

// Returns LossWeighting::kBalanced's weights; of a class without samples it is 0. There must be a sample.
std::vector<double> BalancedWeights(const std::vector<uint32_t>& samples_per_class);

}  // namespace train
