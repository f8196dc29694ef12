#include "train/optim/optimized_parameter.h"

#include <cmath>

#include "train/network/classifier.h"

namespace train {

std::vector<OptimizedParameter> OptimizedParametersOf(const Classifier& model, const ParameterRates& rates) {
  const ModelGraph& graph = model.graph();
  const int top = graph.graph.layers[static_cast<size_t>(graph.backbone - 1)].group;
  std::vector<OptimizedParameter> parameters;
  for (auto& [name, tensor, layer] : model.TrainedParameters()) {
    const int below = top - graph.graph.layers[static_cast<size_t>(layer)].group;
    const double rate = layer >= graph.backbone ? rates.head : std::pow(rates.layer_decay, below);
    parameters.push_back({std::move(name), std::move(tensor), rate});
  }
  return parameters;
}

}  // namespace train
