#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "train/optim/optimized_parameter.h"
#include "train/optim/optimizer_options.h"
#include "train/optim/step_control.h"
#include "train/optim/update_rule.h"
#include "train/weights/tensor_file.h"

namespace train {

// Changes parameters by their gradients, as torch.optim does (libtorch's own optimizers are not used, since versions of
// libtorch save their state differently). It moves the parameters and their gradients into flat memory, so that a step
// is one pass over it. The same gradients give the same bytes for any number of threads. Not thread-safe.
class Optimizer {
 public:
  // The parameters' data moves; their gradients are made, and must stay those tensors.
  Optimizer(const OptimizerOptions& options, std::vector<OptimizedParameter> parameters);

  // Updates the parameters once from their gradients, then sets the gradients to zero.
  void Step(double learning_rate, const StepControl& control = {});

  // Whether all gradients are finite: a scalar bool on their device.
  torch::Tensor GradientsAreFinite() const;
  // As if no gradient had been added since the last step.
  void DropGradients();

  // Returns views of the state: "PARAMETER/SLOT" for each parameter and slot of the rule, and "steps". They are copies
  // that live as long as `storage`.
  std::vector<TensorView> State(std::vector<torch::Tensor>& storage);
  // Replaces the state. Throws dataset::Error unless the file holds exactly the tensors of this optimizer, with values
  // that it can have.
  void Load(const TensorFile& file);

 private:
  // Parameters that one call of the rule changes, in flat memory.
  struct Group {
    UpdateBlock<torch::Tensor> block;
    double rate = 1;
    double decay = 0;
  };
  // Where a parameter lies in its group.
  struct Member {
    std::string name;
    torch::Tensor tensor;
    size_t group = 0;
    int64_t offset = 0;
  };
  torch::Tensor SlotOf(const Member& member, size_t slot);
  void MakeGroups(std::vector<OptimizedParameter> parameters);
  void ScaleGradients(const StepControl& control);

  OptimizerOptions options_;
  std::unique_ptr<UpdateRule> rule_;
  std::vector<Group> groups_;
  std::vector<Member> members_;
  int64_t steps_ = 0;
};

}  // namespace train
