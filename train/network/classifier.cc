#include "train/network/classifier.h"

#include <algorithm>

#include "train/graph/layer_choice.h"
#include "train/network/trainable.h"

namespace train {

using torch::Tensor;

Classifier::Classifier(const Architecture& architecture)
    : architecture_(architecture), graph_(BuildModel(architecture)), network_(graph_.graph, architecture.image_size) {}

Classifier::Classifier(const Architecture& architecture, Initialization initialization, uint64_t seed)
    : Classifier(architecture) {
  Initialize(network_, 0, initialization, seed);
}

Tensor Classifier::Features(const Tensor& pixels) const { return network_.Run(0, graph_.head, pixels); }

Tensor Classifier::Head(const Tensor& features) const {
  return network_.Run(graph_.head, static_cast<int>(graph_.graph.layers.size()), features).to(torch::kFloat32);
}

Tensor Classifier::Below(const Tensor& pixels) const {
  return boundary_ == 0 ? pixels : network_.Run(0, boundary_, pixels);
}

Tensor Classifier::Above(const Tensor& values) const {
  return network_.Run(boundary_, static_cast<int>(graph_.graph.layers.size()), values).to(torch::kFloat32);
}

void Classifier::SetTrainable(Trainable trainable, const std::string& layers) {
  std::vector<bool> open(graph_.graph.layers.size(), true);
  if (trainable == Trainable::kHead) {
    std::fill(open.begin(), open.begin() + graph_.head, false);
  } else if (layers != "all") {
    const std::vector<bool> chosen = ChooseLayers(BuildBackbone(architecture_), layers);
    std::copy(chosen.begin(), chosen.end(), open.begin());
  }
  for (size_t i = 0; i < open.size(); ++i) {
    const bool frozen_norm = trainable == Trainable::kAllFrozenNorms && graph_.graph.layers[i].op == Op::kBatchNorm &&
                             static_cast<int>(i) < graph_.head;
    network_.SetTraining(static_cast<int>(i), open[i] && !frozen_norm);
  }
  for (const Network::Entry& entry : network_.entries()) {
    if (entry.parameter.learned()) {
      Tensor(entry.tensor).set_requires_grad(open[static_cast<size_t>(entry.parameter.layer)]);
    }
  }
  int lowest = graph_.head;
  for (const Network::Entry& entry : network_.entries()) {
    if (open[static_cast<size_t>(entry.parameter.layer)]) lowest = std::min(lowest, entry.parameter.layer);
  }
  for (int i = 0; i < lowest; ++i) {
    if (open[static_cast<size_t>(i)] && graph_.graph.layers[static_cast<size_t>(i)].op == Op::kDropout) lowest = i;
  }
  boundary_ = lowest == graph_.head ? lowest : network_.CutBelow(lowest);
}

void Classifier::SetEvaluating() {
  for (size_t i = 0; i < graph_.graph.layers.size(); ++i) network_.SetTraining(static_cast<int>(i), false);
}

std::vector<Classifier::NamedTensor> Classifier::TrainedParameters() const {
  std::vector<NamedTensor> result;
  for (NamedTensor& item : State()) {
    if (item.tensor.requires_grad()) result.push_back(std::move(item));
  }
  return result;
}

std::vector<Classifier::NamedTensor> Classifier::State() const {
  const Spelling spelling = architecture_.variant->variant == Variant::kTimm ? Spelling::kTimm : Spelling::kTorch;
  std::vector<NamedTensor> result;
  for (const Network::Entry& entry : network_.entries()) {
    const Layer& layer = graph_.graph.layers[static_cast<size_t>(entry.parameter.layer)];
    result.push_back({TensorName(layer, entry.parameter.role, spelling), entry.tensor, entry.parameter.layer});
  }
  return result;
}

uint64_t Classifier::parameters() const {
  uint64_t count = 0;
  for (const Network::Entry& entry : network_.entries()) {
    if (entry.parameter.learned()) count += Values(entry.parameter);
  }
  return count;
}

}  // namespace train
