#include "train/network/weight_loader.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "dataset/base/error.h"
#include "train/model/weight_match.h"
#include "train/network/tensors.h"
#include "train/weights/quote.h"
#include "train/weights/tensor_values.h"

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

// The first parts of these names, and how many there are of each.
std::vector<std::string> PartsOf(const std::vector<std::string>& tensors) {
  std::map<std::string, size_t> counts;
  for (const std::string& tensor : tensors) ++counts[tensor.substr(0, tensor.find('.'))];
  std::vector<std::string> parts;
  for (const auto& [part, count] : counts) parts.push_back(Quote(part) + " (" + std::to_string(count) + ")");
  return parts;
}

}  // namespace

LoadedWeights LoadWeights(const TensorFile& file, HeadWeights head, Classifier& model) {
  torch::NoGradGuard no_grad;
  Network& network = model.network();
  std::vector<Parameter> parameters;
  for (const Network::Entry& entry : network.entries()) parameters.push_back(entry.parameter);
  const WeightNames names(file);
  const WeightMap map = MapWeights(model.architecture(), model.graph(), network.shapes(), parameters, names, head);
  if (!map.fits()) {
    throw dataset::Error(file.path(), ExplainMismatch(model.architecture(), map, names));
  }
  for (size_t i = 0; i < map.sources.size(); ++i) {
    const bool variance = parameters[i].role == TensorRole::kVariance;
    const TensorView* view = map.sources[i].view;
    if (view == nullptr) continue;
    CheckValues(*view, variance ? AllowedValues::kNotNegative : AllowedValues::kFinite, file.path());
  }
  const std::vector<Classifier::NamedTensor> state = model.State();
  LoadedWeights loaded{.absent = {}, .renewed = {}, .left = PartsOf(map.left), .prefix = {}};
  if (!map.prefix.empty()) loaded.prefix = Quote(map.prefix);
  for (size_t i = 0; i < map.sources.size(); ++i) {
    const TensorSource& source = map.sources[i];
    const int layer = parameters[i].layer;
    if (source.view == nullptr && layer >= model.graph().head && parameters[i].role == TensorRole::kWeight) {
      (source.differs ? loaded.renewed : loaded.absent).push_back(state[i].name.substr(0, state[i].name.rfind('.')));
    }
    if (source.view == nullptr || CopyBytes(source, state[i].tensor)) continue;
    Tensor tensor = Arranged(source, parameters[i]);
    if (source.reverse_inputs) tensor = tensor.flip(1);
    if (source.sum_inputs) tensor = tensor.sum(1, true);
    if (source.skip_first) tensor = tensor.slice(0, 1);
    state[i].tensor.copy_(tensor.reshape(parameters[i].shape));
  }
  return loaded;
}

void LoadClassRows(const TensorFile& file, const ClassRows& rows, Classifier& model) {
  torch::NoGradGuard no_grad;
  const int last = model.network().entries().back().parameter.layer;
  const std::vector<Classifier::NamedTensor> state = model.State();
  for (size_t i = 0; i < state.size(); ++i) {
    if (model.network().entries()[i].parameter.layer != last) continue;
    const TensorView* view = file.Find(state[i].name);
    if (view == nullptr || view->shape.empty()) throw dataset::Error(file.path(), "has no '" + state[i].name + "'");
    CheckValues(*view, AllowedValues::kFinite, file.path());
    Tensor to = state[i].tensor;
    std::vector<int64_t> expected = to.sizes().vec();
    expected.front() = view->shape.front();
    if (view->shape != expected ||
        std::any_of(rows.from.begin(), rows.from.end(), [&](int row) { return row >= view->shape.front(); })) {
      throw dataset::Error(file.path(), "its '" + state[i].name + "' has not the shape that its model.json tells");
    }
    const Tensor values = AsTensor(*view).to(torch::kFloat32);
    for (size_t row = 0; row < rows.from.size(); ++row) {
      if (rows.from[row] < 0) continue;
      const Tensor value = values[rows.from[row]];
      to[static_cast<int64_t>(row)].copy_(rows.negated ? -value : value);
    }
  }
}

std::vector<TensorView> WeightViews(const Classifier& model, std::vector<Tensor>& storage) {
  std::vector<TensorView> views;
  for (auto& [name, tensor, layer] : model.State()) {
    views.push_back(AsView(name, tensor, storage));
    // The layer behind the pooling is a convolution in timm's MobileNetV3 and ResNetV2.
    const bool timm = model.architecture().variant->variant == Variant::kTimm;
    if (timm && (name == "conv_head.weight" || name == "head.fc.weight")) views.back().shape.resize(4, 1);
  }
  return views;
}

}  // namespace train
