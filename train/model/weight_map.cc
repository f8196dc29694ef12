#include "train/model/weight_map.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <utility>

#include "train/weights/quote.h"

namespace train {

namespace {

constexpr Spelling kSpellings[] = {Spelling::kTorch, Spelling::kTimm, Spelling::kKeras};

// Names of the layer of the classes in published files.
constexpr const char* kHeads[] = {"fc",      "classifier", "classifier.1", "last_linear", "classif", "head",
                                  "head.fc", "_fc",        "predictions",  "probs",       "logits",  "fc1000"};

std::string ShapeText(const std::vector<int64_t>& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

std::vector<int64_t> Squeezed(std::vector<int64_t> shape) {
  std::erase(shape, 1);
  return shape;
}

int64_t Product(const std::vector<int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

class Mapper {
 public:
  Mapper(const Architecture& architecture, const ModelGraph& model, const std::vector<Shape>& shapes,
         const std::vector<Parameter>& parameters, const WeightNames& names, HeadWeights head, Spelling spelling)
      : architecture_(architecture),
        model_(model),
        shapes_(shapes),
        parameters_(parameters),
        names_(names),
        head_(head),
        spelling_(spelling) {
    if (head == HeadWeights::kLeave) {
      for (const char* name : kHeads) Ignore(name);
      for (const Names& item : model.graph.top.names) {
        for (const std::string& name : {item.keras, item.torch, item.timm}) Ignore(name);
      }
    }
    if (spelling == Spelling::kKeras) {
      for (const Layer& layer : model.graph.layers) {
        const std::string& name = layer.names.keras;
        if (layer.op == Op::kIdentity) Ignore(name);
        // Constant zeros and ones by which keras-applications sums the groups.
        if (layer.keras_kernel == Layer::KerasKernel::kGrouped) Ignore(name.substr(0, name.rfind('_')) + "_gconv");
      }
    }
  }

  WeightMap Map() {
    map_.spelling = spelling_;
    if (!parameters_.empty()) classes_ = parameters_.back().layer;
    for (const Parameter& parameter : parameters_) map_.sources.push_back(Source(parameter));
    DropPartOfHiddenHead();
    for (const auto& [name, view] : names_.all()) {
      if (!used_.contains(view) && !IsIgnored(name)) map_.extra.push_back(Quote(view->name));
    }
    return std::move(map_);
  }

 private:
  TensorSource Source(const Parameter& parameter) {
    const Layer& layer = model_.graph.layers[static_cast<size_t>(parameter.layer)];
    const bool in_head = parameter.layer >= model_.head;
    const std::string name = TensorName(layer, parameter.role, spelling_);
    if (name.empty()) return {};
    if (!in_head && parameter.role != TensorRole::kBatches) ++map_.expected;
    const TensorView* view = Find(parameter, name);
    if (in_head && head_ == HeadWeights::kLeave && parameter.layer == classes_) {
      if (view != nullptr) used_.insert(view);
      return {};
    }
    if (view == nullptr) {
      const bool may_lack = parameter.role == TensorRole::kBatches || (in_head && head_ == HeadWeights::kLeave);
      if (!may_lack) map_.missing.push_back(Quote(name));
      return {};
    }
    used_.insert(view);
    TensorSource source{.view = view};
    if (!Fit(parameter, layer, source)) {
      if (in_head && head_ == HeadWeights::kLeave) return {};
      map_.misshapen.push_back(Quote(view->name) + " " + ShapeText(view->shape) + " instead of " +
                               ShapeText(FileShape(parameter, layer)));
      return {};
    }
    if (parameter.role != TensorRole::kBatches) ++(in_head ? map_.matched_head : map_.matched);
    return source;
  }

  const TensorView* Find(const Parameter& parameter, const std::string& name) const {
    if (const TensorView* view = names_.Find(name)) return view;
    if (spelling_ == Spelling::kKeras) {
      // Keras 3's name.
      const size_t slash = name.rfind("/depthwise_kernel");
      if (slash != name.npos) return names_.Find(name.substr(0, slash) + "/kernel");
    }
    const Layer& layer = model_.graph.layers[static_cast<size_t>(parameter.layer)];
    // Keras 3 numbers the tensors of all layer scales: variable, variable_1, ...
    if (spelling_ == Spelling::kKeras && layer.op == Op::kLayerScale) {
      const std::string key = WeightNames::KeyOf(layer.names.keras + "/variable");
      const auto found = names_.all().lower_bound(key);
      return found != names_.all().end() && found->first.starts_with(key) ? found->second : nullptr;
    }
    // The last norm of ConvNeXt without its top has this name.
    if (spelling_ == Spelling::kKeras && layer.op == Op::kLayerNorm && parameter.layer >= model_.head) {
      return names_.Find("layer_normalization" + name.substr(name.rfind('/')));
    }
    if (parameter.layer != classes_) return nullptr;
    const std::string suffix = name.substr(name.find_last_of("./"));
    for (const std::string head : kHeads) {
      if (const TensorView* view = names_.Find(head + suffix)) return view;
    }
    return nullptr;
  }

  // The shape that the tensor has in a file of this spelling.
  std::vector<int64_t> FileShape(const Parameter& parameter, const Layer& layer) const {
    if (spelling_ != Spelling::kKeras || parameter.role != TensorRole::kWeight) return parameter.shape;
    const std::vector<int64_t>& shape = parameter.shape;
    if (layer.op == Op::kDense) return {shape[1], shape[0]};
    if (layer.op != Op::kConv) return shape;
    switch (layer.keras_kernel) {
      case Layer::KerasKernel::kDepthwise:
        return {shape[2], shape[3], layer.groups, shape[0] / layer.groups};
      case Layer::KerasKernel::kGrouped:
        return {shape[2], shape[3], shape[0], shape[1]};
      default:
        return {shape[2], shape[3], shape[1], shape[0]};
    }
  }

  Layout LayoutOf(const Parameter& parameter, const Layer& layer, const Shape& map) const {
    if (spelling_ != Spelling::kKeras || parameter.role != TensorRole::kWeight) return Layout::kSame;
    if (layer.op == Op::kDense) return map.rows * map.columns > 1 ? Layout::kHwcDense : Layout::kTransposed;
    if (layer.op != Op::kConv) return Layout::kSame;
    switch (layer.keras_kernel) {
      case Layer::KerasKernel::kDepthwise:
        return Layout::kDepthwise;
      case Layer::KerasKernel::kGrouped:
        return Layout::kGrouped;
      default:
        return Layout::kHwio;
    }
  }

  // The map whose flattened values are this layer's input, perhaps through dropout; {} if there is none.
  Shape FlattenedMap(const Layer& layer) const {
    const Layer* from = &model_.graph.layers[static_cast<size_t>(layer.inputs.front())];
    while (from->op == Op::kDropout) from = &model_.graph.layers[static_cast<size_t>(from->inputs.front())];
    return from->op == Op::kFlatten ? shapes_[static_cast<size_t>(from->inputs.front())] : Shape{};
  }

  bool Fit(const Parameter& parameter, const Layer& layer, TensorSource& source) const {
    std::vector<int64_t> expected = FileShape(parameter, layer);
    const std::vector<int64_t>& given = source.view->shape;
    source.map = FlattenedMap(layer);
    source.layout = LayoutOf(parameter, layer, source.map);
    if (parameter.role == TensorRole::kWeight && layer.op == Op::kConv && ReadsPictures(layer)) {
      const size_t at = spelling_ == Spelling::kKeras ? 2 : 1;
      source.reverse_inputs = architecture_.variant->bgr && spelling_ == Spelling::kKeras;
      if (expected[at] == 1 && given.size() == 4 && given[at] == 3) {
        source.sum_inputs = true;
        expected[at] = 3;
      }
    }
    if (parameter.layer == classes_ && head_ == HeadWeights::kLoad && IsOneClassMore(source.layout, expected, given)) {
      source.skip_first = true;
      return true;
    }
    return SameShape(source.layout, expected, given);
  }

  static bool SameShape(Layout layout, const std::vector<int64_t>& expected, const std::vector<int64_t>& given) {
    if (expected == given) return true;
    switch (layout) {
      case Layout::kSame:
        if (Squeezed(expected) == Squeezed(given)) return true;
        // The file has a convolution over the whole map for a dense layer, or the other way round.
        return !expected.empty() && !given.empty() && expected[0] == given[0] &&
               std::min(expected.size(), given.size()) == 2 && Product(expected) == Product(given);
      case Layout::kTransposed:
        // The file has a convolution of one pixel for a dense layer.
        return !given.empty() && expected.back() == given.back() && Squeezed(expected) == Squeezed(given);
      default:
        return false;
    }
  }

  bool IsOneClassMore(Layout layout, std::vector<int64_t> expected, const std::vector<int64_t>& given) const {
    if (architecture_.outputs < 2) return false;  // one score stands for two classes
    ++(spelling_ == Spelling::kKeras ? expected.back() : expected.front());
    return SameShape(layout, expected, given);
  }

  bool ReadsPictures(const Layer& layer) const {
    const Layer* from = &model_.graph.layers[static_cast<size_t>(layer.inputs.front())];
    while (from->op == Op::kIdentity || from->op == Op::kPad) {
      from = &model_.graph.layers[static_cast<size_t>(from->inputs.front())];
    }
    return from->op == Op::kInput;
  }

  // A hidden layer of the head takes both of its tensors from the file or neither.
  void DropPartOfHiddenHead() {
    if (head_ == HeadWeights::kLoad) return;
    std::set<int> partly;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      if (parameters_[i].layer >= model_.head && map_.sources[i].view == nullptr) partly.insert(parameters_[i].layer);
    }
    for (size_t i = 0; i < parameters_.size(); ++i) {
      if (partly.contains(parameters_[i].layer)) map_.sources[i] = {};
    }
  }

  // Whether `layer`, a name with its separator, belongs to some head: one of dstools, one that replaced a known head by
  // several layers (fc.0, fc.2), or one of Keras with automatic names (dense, dense_1).
  static bool IsOtherHead(const std::string& layer) {
    const char separator = layer.empty() ? '\0' : layer.back();
    if (separator == '.') {
      if (IsHiddenName(layer.substr(0, layer.size() - 1))) return true;
      return std::any_of(std::begin(kHeads), std::end(kHeads),
                         [&](const std::string& head) { return layer.starts_with(head + "."); });
    }
    constexpr std::string_view kDense = "dense";
    if (separator != '/' || !layer.starts_with(kDense)) return false;
    const std::string number = layer.substr(kDense.size(), layer.size() - kDense.size() - 1);
    return number.empty() ||
           (number.size() > 1 && number[0] == '_' && number.find_first_not_of("0123456789", 1) == number.npos);
  }

  void Ignore(const std::string& layer) {
    if (layer.empty()) return;
    ignored_.insert(layer + ".");
    ignored_.insert(WeightNames::KeyOf(layer + "/"));
  }

  // Whether a file may have this tensor although the network has not: a counter, a published or former head that is not
  // wanted, or a constant of a Keras layer that computes nothing here.
  bool IsIgnored(const std::string& name) const {
    const std::string layer = name.substr(0, name.find_last_of("./") + 1);
    if (name.ends_with(".num_batches_tracked") || ignored_.contains(layer)) return true;
    return head_ == HeadWeights::kLeave && IsOtherHead(layer);
  }

  const Architecture& architecture_;
  const ModelGraph& model_;
  const std::vector<Shape>& shapes_;
  const std::vector<Parameter>& parameters_;
  const WeightNames& names_;
  const HeadWeights head_;
  const Spelling spelling_;
  int classes_ = -1;  // index of the layer of the classes
  WeightMap map_;
  std::set<const TensorView*> used_;
  std::set<std::string> ignored_;  // names of layers, with the separator before the role
};

}  // namespace

double WeightMap::likeness() const {
  return static_cast<double>(matched) / static_cast<double>(std::max<size_t>(1, expected + extra.size()));
}

WeightMap MapWeights(const Architecture& architecture, const ModelGraph& model, const std::vector<Shape>& shapes,
                     const std::vector<Parameter>& parameters, const WeightNames& names, HeadWeights head) {
  std::vector<WeightMap> maps;
  for (const Spelling spelling : kSpellings) {
    maps.push_back(Mapper(architecture, model, shapes, parameters, names, head, spelling).Map());
  }
  return *std::max_element(maps.begin(), maps.end(), [](const WeightMap& a, const WeightMap& b) {
    return std::pair(a.likeness(), a.matched_head) < std::pair(b.likeness(), b.matched_head);
  });
}

}  // namespace train
