#include "train/network/initialization.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "dataset/base/crc32c.h"
#include "dataset/base/jobs.h"
#include "dataset/base/random.h"
#include "train/network/network.h"

namespace train {

using torch::Tensor;

namespace {

double Deviation(const Parameter& parameter, Initialization initialization) {
  const auto values = static_cast<double>(Values(parameter));
  const auto out = static_cast<double>(parameter.shape[0]);
  const double in = values / out;
  if (initialization == Initialization::kHe) return std::sqrt(2 / in);
  // The fan-out of a convolution counts the pixels of its window, as the fan-in does.
  const double window = parameter.shape.size() == 4 ? static_cast<double>(parameter.shape[2] * parameter.shape[3]) : 1;
  return std::sqrt(2 / (in + out * window));
}

void Fill(const Network::Entry& entry, const Layer& layer, bool is_classes, Initialization initialization,
          uint64_t seed) {
  const Parameter& parameter = entry.parameter;
  if (layer.op == Op::kLayerScale) {
    entry.tensor.fill_(1e-6);
    return;
  }
  if (parameter.role != TensorRole::kWeight || parameter.shape.size() < 2) {
    entry.tensor.fill_(parameter.role == TensorRole::kWeight || parameter.role == TensorRole::kVariance ? 1 : 0);
    return;
  }
  const std::string name =
      is_classes ? "head.weight" : "backbone." + TensorName(layer, parameter.role, Spelling::kTorch);
  const double deviation = is_classes ? 0.01 : Deviation(parameter, initialization);
  dataset::Rng rng(seed, dataset::Domain::kInit, 0, dataset::Crc32c(name));
  // Uniform values are drawn ten times as fast as normal ones, and are the same with every mathematical library.
  const double bound = deviation * std::sqrt(3.0);
  float* out = entry.tensor.data_ptr<float>();
  for (int64_t i = 0; i < entry.tensor.numel(); ++i) {
    out[i] = static_cast<float>(bound * (2.0 * static_cast<double>(rng.UniformFloat()) - 1));
  }
}

}  // namespace

void Initialize(Network& network, int first, Initialization initialization, uint64_t seed) {
  const std::vector<Network::Entry>& entries = network.entries();
  if (entries.empty()) return;
  const int classes = entries.back().parameter.layer;
  auto entry = entries.begin();
  dataset::RunJobs([&]() -> std::optional<dataset::Job> {
    entry = std::find_if(entry, entries.end(), [&](const Network::Entry& candidate) {
      return candidate.parameter.layer >= first && candidate.parameter.role != TensorRole::kBatches;
    });
    if (entry == entries.end()) return std::nullopt;
    return [&, filled = &*entry++] {
      const torch::NoGradGuard no_grad;
      const int layer = filled->parameter.layer;
      Fill(*filled, network.graph().layers[static_cast<size_t>(layer)], layer == classes, initialization, seed);
    };
  });
}

}  // namespace train
