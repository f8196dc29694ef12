#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "train/optim/parameter_rates.h"

namespace train {

class Classifier;

// A parameter that an optimizer changes.
struct OptimizedParameter {
  std::string name;
  torch::Tensor tensor;  // float32, dense in memory
  double rate = 1;       // its part of the learning rate
};

// Those of the model that are trained (Classifier::SetTrainable).
std::vector<OptimizedParameter> OptimizedParametersOf(const Classifier& model, const ParameterRates& rates = {});

}  // namespace train
