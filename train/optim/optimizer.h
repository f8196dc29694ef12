#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "train/network/classifier.h"
#include "train/optim/optimizer_kind.h"
#include "train/weights/tensor_file.h"

namespace train {

// Adam (Kingma and Ba 2015: betas .9 and .999, epsilon 1e-8) or SGD with Nesterov-free momentum .9, updating as
// torch.optim does. Own code because libtorch's differ between versions in how their state is saved. Not thread-safe.
class Optimizer {
 public:
  Optimizer(OptimizerKind kind, std::vector<Classifier::NamedTensor> parameters);

  // One update from the parameters' gradients, which are then set to zero.
  void Step(double learning_rate);

  // The state: one or two tensors a parameter, named "PARAMETER/momentum", "PARAMETER/variance", and "steps". Copies in
  // `storage`.
  std::vector<TensorView> State(std::vector<torch::Tensor>& storage);
  // Throws dataset::Error unless the file holds exactly this optimizer's state.
  void Load(const TensorFile& file);

 private:
  struct Slot {
    std::string name;
    torch::Tensor* tensor;
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
