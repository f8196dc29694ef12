#include "train/network/weight_loader.h"

#include <cstring>

#include "dataset/base/error.h"
#include "train/model/weight_match.h"
#include "train/network/tensors.h"

namespace train {

using torch::Tensor;

namespace {

// Returns the file's tensor in PyTorch's order of dimensions.
Tensor Arranged(const TensorSource& source, const Parameter& parameter) {
  const Tensor tensor = Borrow(*source.view);
  const std::vector<int64_t>& shape = parameter.shape;
  switch (source.layout) {
    case Layout::kSame:
      return tensor;
    case Layout::kHwio:
      return tensor.permute({3, 2, 0, 1});
    case Layout::kDepthwise:
      return tensor.permute({2, 3, 0, 1}).reshape(shape);
    case Layout::kGrouped: {
      const int64_t width = shape[1];
      return tensor.reshape({shape[2], shape[3], shape[0] / width, width, width})
          .permute({2, 4, 3, 0, 1})
          .reshape(shape);
    }
    case Layout::kTransposed:
      return tensor.reshape({-1, tensor.size(-1)}).t();
    case Layout::kHwcDense:
      return tensor.reshape({source.map.rows, source.map.columns, source.map.channels, -1}).permute({3, 2, 0, 1});
  }
  return tensor;
}

// Copies values that have the network's order straight into a parameter, also if their alignment lets no tensor borrow
// them (PyTorch's old format), which would cost a second copy.
bool CopyBytes(const TensorSource& source, const Tensor& to) {
  const std::string_view bytes = source.view->bytes;
  const bool same = source.layout == Layout::kSame && source.view->dtype == DType::kFloat32 && !source.skip_first &&
                    !source.reverse_inputs && !source.sum_inputs && to.scalar_type() == torch::kFloat32 &&
                    to.is_cpu() && to.is_contiguous() && to.nbytes() == bytes.size();
  if (same) std::memcpy(to.data_ptr(), bytes.data(), bytes.size());
  return same;
}

}  // namespace

std::vector<std::string> LoadWeights(const TensorFile& file, HeadWeights head, Classifier& model) {
  torch::NoGradGuard no_grad;
  Network& network = model.network();
  std::vector<Parameter> parameters;
  for (const Network::Entry& entry : network.entries()) parameters.push_back(entry.parameter);
  const WeightNames names(file);
  const WeightMap map = MapWeights(model.architecture(), model.graph(), network.shapes(), parameters, names, head);
  if (!map.fits()) {
    throw dataset::Error(file.path(), ExplainMismatch(model.architecture(), map, names));
  }
  const std::vector<Classifier::NamedTensor> state = model.State();
  std::vector<std::string> kept;
  for (size_t i = 0; i < map.sources.size(); ++i) {
    const TensorSource& source = map.sources[i];
    const int layer = parameters[i].layer;
    if (source.view == nullptr && layer >= model.graph().head && parameters[i].role == TensorRole::kWeight) {
      kept.push_back(state[i].name.substr(0, state[i].name.rfind('.')));
    }
    if (source.view == nullptr || CopyBytes(source, state[i].tensor)) continue;
    Tensor tensor = Arranged(source, parameters[i]);
    if (source.reverse_inputs) tensor = tensor.flip(1);
    if (source.sum_inputs) tensor = tensor.sum(1, true);
    if (source.skip_first) tensor = tensor.slice(0, 1);
    state[i].tensor.copy_(tensor.reshape(parameters[i].shape));
  }
  return kept;
}

std::vector<TensorView> WeightViews(const Classifier& model, std::vector<Tensor>& storage) {
  std::vector<TensorView> views;
  for (auto& [name, tensor] : model.State()) {
    views.push_back(AsView(name, tensor, storage));
    // The layer behind the pooling is a convolution in timm's MobileNetV3 and ResNetV2.
    const bool timm = model.architecture().variant->variant == Variant::kTimm;
    if (timm && (name == "conv_head.weight" || name == "head.fc.weight")) views.back().shape.resize(4, 1);
  }
  return views;
}

}  // namespace train
