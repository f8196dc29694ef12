#pragma once

#include <string>
#include <vector>

#include "train/graph/parameters.h"
#include "train/model/architecture.h"
#include "train/model/weight_names.h"

namespace train {

enum class HeadWeights {
  kOwn,    // the file is a run's: it must have every tensor of the head, and all tensors must have the network's shapes
  kLoad,   // the file is published: it must have every tensor of the head, and may have one class more
  kLeave,  // the layer of the classes keeps its values, and so do hidden layers whose shape differs from the file's
};

// The order of the values in a file's tensor.
enum class Layout {
  kSame,        // that of the network; dimensions of 1 may differ
  kHwio,        // Keras' convolutions: [rows, columns, in, out]
  kDepthwise,   // Keras' depthwise convolutions: [rows, columns, channels, multiplier]
  kGrouped,     // Keras' grouped convolutions: [rows, columns, channels, channels / groups], summed over each group
  kTransposed,  // Keras' dense layers: [in, out]
  kHwcDense,    // Keras' dense layers behind a flattened map: [in, out] with `in` in HWC order
};

// Where the values of one parameter of the network come from.
struct TensorSource {
  const TensorView* view = nullptr;  // nullptr: the parameter keeps its values
  Layout layout = Layout::kSame;
  Shape map{};                  // for kHwcDense: the map that is flattened
  bool skip_first = false;      // the file is published and has one more class, the background, before the others
  bool reverse_inputs = false;  // the file's input channels are blue, green, red
  bool sum_inputs = false;      // the file's three input channels are summed to the network's one
  bool differs = false;         // without a view: the file has this tensor, but of other classes or in another shape
};

// Says which tensor of a file belongs to which parameter of a network.
struct WeightMap {
  Spelling spelling = Spelling::kTorch;
  std::vector<TensorSource> sources;                   // one for each of the network's parameters
  size_t matched = 0;                                  // tensors of the backbone that the file has in the right shape
  size_t expected = 0;                                 // tensors of the backbone
  size_t matched_head = 0;                             // tensors of the head that the file has in the right shape
  std::vector<std::string> missing, misshapen, extra;  // tensors, in words for messages
  std::string prefix;             // what stands before the network's names in the file, such as "backbone."
  std::vector<std::string> left;  // names of the file's tensors that lack the prefix: they are of other parts
  // 0 ... 1; 1: the file has every tensor of the backbone and nothing else. Heads do not count.
  double likeness() const;
  bool fits() const { return missing.empty() && misshapen.empty() && extra.empty(); }
};

// Maps the file's tensors to the network in the spelling that fits best, behind the prefix that fits best: the network
// may be a part of another one. Of two that fit alike, one that says "ema" wins, as in timm. `shapes` and `parameters`
// must be those of model.graph at the architecture's image size. The result refers to the file of `names`.
WeightMap MapWeights(const Architecture& architecture, const ModelGraph& model, const std::vector<Shape>& shapes,
                     const std::vector<Parameter>& parameters, const WeightNames& names, HeadWeights head);

}  // namespace train
