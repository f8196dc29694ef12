#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "train/network/classifier.h"
#include "train/optim/optimizer_kind.h"
#include "train/weights/tensor_file.h"
#include "train/weights/tensor_values.h"

namespace train {

// Adam (Kingma and Ba, 2015; betas 0.9 and 0.999, epsilon 1e-8) or SGD with a momentum of 0.9 (not Nesterov's). Updates
// are those of torch.optim. libtorch's own optimizers are not used, since versions of libtorch save their state
// differently. Not thread-safe.
class Optimizer {
 public:
  Optimizer(OptimizerKind kind, std::vector<Classifier::NamedTensor> parameters);

  // Updates the parameters once from their gradients, then sets the gradients to zero.
  void Step(double learning_rate);

  // Returns views of the state: "PARAMETER/momentum" and, for Adam, "PARAMETER/variance" for each parameter, and
  // "steps". They are copies that live as long as `storage`.
  std::vector<TensorView> State(std::vector<torch::Tensor>& storage);
  // Replaces the state. Throws dataset::Error unless the file holds exactly the tensors of this optimizer, with finite
  // values.
  void Load(const TensorFile& file);

 private:
  struct Slot {
    std::string name;
    torch::Tensor* tensor;
    AllowedValues allowed;
  };
  std::vector<Slot> Slots();

  OptimizerKind kind_;
  std::vector<std::string> names_;
  std::vector<torch::Tensor> parameters_;
  std::vector<torch::Tensor> momentum_;
  std::vector<torch::Tensor> variance_;  // Adam only
  int64_t steps_ = 0;
};

}  // namespace train
