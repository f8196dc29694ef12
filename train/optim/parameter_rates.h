#pragma once

namespace train {

// What part of a phase's learning rate each parameter has.
struct ParameterRates {
  double layer_decay = 1;  // from each group of the backbone's layers to the one below; the top one has 1
  double head = 1;         // of the head's parameters
};

}  // namespace train
