#include "train/classifier.h"

#include <set>

#include "dataset/error.h"
#include "train/layers.h"
#include "train/tensors.h"

namespace train {

using torch::Tensor;

Classifier::Classifier(const BackboneInfo& info, int classes, int image_size, double dropout, uint64_t seed)
    : info_(info), dropout_(dropout) {
  if (image_size < info.min_image_size) {
    throw dataset::Error::Usage("image size " + std::to_string(image_size) + " is too small for " +
                                std::string(info.name) + ": it needs at least " + std::to_string(info.min_image_size));
  }
  backbone_ = register_module("backbone", info.make({image_size, dropout}));
  head_ = register_module("head", torch::nn::Linear(info.features, classes));
  InitializeParameters(*this, "head", seed);
}

Tensor Classifier::Features(const Tensor& pixels) { return backbone_->forward(pixels); }

Tensor Classifier::Head(const Tensor& features) {
  return head_(torch::dropout(features, dropout_, is_training())).to(torch::kFloat32);
}

void Classifier::SetTrainable(Trainable trainable) {
  train();
  for (Tensor& parameter : backbone_->parameters()) parameter.set_requires_grad(trainable != Trainable::kHead);
  if (trainable == Trainable::kHead) backbone_->eval();
  if (trainable == Trainable::kAllFrozenNorms) {
    for (auto& module : backbone_->modules(false)) {
      if (auto* norm = module->as<torch::nn::BatchNorm2d>()) norm->eval();
    }
  }
}

void Classifier::SetEvaluating() { eval(); }

std::string Classifier::PublishedName(const std::string& name) const {
  static const std::string kBackbone = "backbone.", kHead = "head.";
  if (name.starts_with(kBackbone)) return name.substr(kBackbone.size());
  return std::string(info_.head) + "." + name.substr(kHead.size());
}

std::vector<Classifier::NamedTensor> Classifier::TrainedParameters() {
  std::vector<NamedTensor> result;
  for (auto& item : named_parameters()) {
    if (item.value().requires_grad()) result.push_back({PublishedName(item.key()), item.value()});
  }
  return result;
}

std::vector<Classifier::NamedTensor> Classifier::State() {
  std::vector<NamedTensor> result;
  for (auto& item : named_parameters()) result.push_back({PublishedName(item.key()), item.value()});
  for (auto& item : named_buffers()) result.push_back({PublishedName(item.key()), item.value()});
  return result;
}

namespace {

std::string List(const std::vector<std::string>& names) {
  constexpr size_t kShown = 5;
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kShown) text += ", ... (" + std::to_string(names.size()) + ")";
  return text;
}

std::string ShapeText(at::IntArrayRef shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

}  // namespace

void LoadWeights(const TensorFile& file, HeadWeights head, Classifier& model) {
  torch::NoGradGuard no_grad;
  const std::string head_prefix = std::string(model.info().head) + ".";
  std::set<std::string> known;
  std::vector<std::string> missing, misshapen, extra;
  std::vector<std::pair<Tensor, const TensorView*>> copies;
  for (auto& [name, tensor] : model.State()) {
    known.insert(name);
    if (head == HeadWeights::kLeave && name.starts_with(head_prefix)) continue;
    const TensorView* view = file.Find(name);
    if (view == nullptr) {
      if (!name.ends_with("num_batches_tracked")) missing.push_back(name);
    } else if (tensor.sizes() != at::IntArrayRef(view->shape)) {
      misshapen.push_back(name + " " + ShapeText(view->shape) + " instead of " + ShapeText(tensor.sizes()));
    } else {
      copies.emplace_back(tensor, view);
    }
  }
  for (const TensorView& view : file.tensors()) {
    if (!known.contains(view.name)) extra.push_back(view.name);
  }
  if (!missing.empty() || !misshapen.empty() || !extra.empty()) {
    std::string cause = "these are no weights of " + std::string(model.info().name);
    if (!missing.empty()) cause += "; missing: " + List(missing);
    if (!misshapen.empty()) cause += "; of another shape: " + List(misshapen);
    if (!extra.empty()) cause += "; unknown: " + List(extra);
    throw dataset::Error({.file = file.path(), .record = {}, .offset = {}}, cause);
  }
  for (auto& [tensor, view] : copies) tensor.copy_(AsTensor(*view));
}

std::vector<TensorView> WeightViews(Classifier& model, std::vector<Tensor>& storage) {
  std::vector<TensorView> views;
  for (auto& [name, tensor] : model.State()) views.push_back(AsView(name, tensor, storage));
  return views;
}

}  // namespace train
