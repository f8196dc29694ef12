#include "train/run/class_weights.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <set>

#include "dataset/base/error.h"

namespace train {

std::vector<double> WeightsOf(const NamedWeights& named, const std::vector<std::string>& classes,
                              const std::string& field) {
  std::vector<double> weights(classes.size(), 1);
  std::set<std::string> seen;
  for (const auto& [name, weight] : named) {
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end()) throw dataset::Error::Usage("`" + field + "`: no class is named '" + name + "'");
    if (!seen.insert(name).second) throw dataset::Error::Usage("`" + field + "` names '" + name + "' twice");
    weights[static_cast<size_t>(found - classes.begin())] = weight;
  }
  return weights;
}

std::vector<double> BalancedWeights(const std::vector<uint32_t>& samples_per_class) {
  const auto with_samples =
      std::count_if(samples_per_class.begin(), samples_per_class.end(), [](uint32_t samples) { return samples > 0; });
  const double samples = std::accumulate(samples_per_class.begin(), samples_per_class.end(), 0.0);
  assert(with_samples > 0);
  std::vector<double> weights;
  for (const uint32_t own : samples_per_class) {
    weights.push_back(own == 0 ? 0 : samples / (static_cast<double>(with_samples) * own));
  }
  return weights;
}

}  // namespace train
