#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

#include "train/backbone.h"
#include "train/phase.h"
#include "train/weights/tensor_file.h"

namespace train {

// Backbone, dropout, dense layer. Its tensors are named as in the published weight files (FORMAT.md, section 8).
class Classifier : public torch::nn::Module {
 public:
  // Freshly initialised from (seed, parameter names). Throws dataset::Error::Usage for an image size below the
  // backbone's minimum.
  Classifier(const BackboneInfo& info, int classes, int image_size, double dropout, uint64_t seed);

  // Normalised pixels to features [N, F].
  torch::Tensor Features(const torch::Tensor& pixels);
  // Features to logits [N, classes], always float32.
  torch::Tensor Head(const torch::Tensor& features);
  torch::Tensor Forward(const torch::Tensor& pixels) { return Head(Features(pixels)); }

  // Sets requires_grad and the modes of dropout and norms for training.
  void SetTrainable(Trainable trainable);
  void SetEvaluating();

  struct NamedTensor {
    std::string name;
    torch::Tensor tensor;
  };
  std::vector<NamedTensor> TrainedParameters();  // those with requires_grad, in a fixed order
  std::vector<NamedTensor> State();              // all parameters and buffers

  const BackboneInfo& info() const { return info_; }

 private:
  std::string PublishedName(const std::string& name) const;
  const BackboneInfo& info_;
  std::shared_ptr<Backbone> backbone_;
  torch::nn::Linear head_{nullptr};
  double dropout_;
};

enum class HeadWeights { kLoad, kLeave };

// Copies the file's tensors into the model. Every tensor of the backbone (with kLoad, the head too) must be there with
// the right shape; only num_batches_tracked may be missing, and only head tensors may be left over. Otherwise throws
// dataset::Error that lists what is missing, extra and misshapen. Floating types are converted.
void LoadWeights(const TensorFile& file, HeadWeights head, Classifier& model);

// Views of the model's state for WriteSafetensors: row-major copies in host memory, kept alive in `storage`.
std::vector<TensorView> WeightViews(Classifier& model, std::vector<torch::Tensor>& storage);

}  // namespace train
