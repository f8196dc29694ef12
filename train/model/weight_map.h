#pragma once

#include <string>
#include <vector>

#include "train/graph/parameters.h"
#include "train/model/architecture.h"
#include "train/model/weight_names.h"

namespace train {

enum class HeadWeights {
  kLoad,   // all of it must be there
  kLeave,  // the layer of the classes keeps its values, and so do hidden layers of another shape than the file's
};

// How the bytes of a file's tensor lie.
enum class Layout {
  kSame,        // as ours, but for dimensions of 1
  kHwio,        // Keras' convolutions: [rows, columns, in, out]
  kDepthwise,   // [rows, columns, channels, multiplier]
  kGrouped,     // [rows, columns, channels, channels / groups]: outputs are summed over each group
  kTransposed,  // Keras' dense layers: [in, out]
  kHwcDense,    // the same behind a flattened map: its rows in HWC order
};

struct TensorSource {
  const TensorView* view = nullptr;  // nullptr: keeps its value
  Layout layout = Layout::kSame;
  Shape map{};                  // kHwcDense: that map
  bool skip_first = false;      // the file has one class more, the background, before ours
  bool reverse_inputs = false;  // the file's input channels are blue, green, red
  bool sum_inputs = false;      // the file's three input channels become our one
};

// Which tensor of a file is which of a network's.
struct WeightMap {
  Spelling spelling = Spelling::kTorch;
  std::vector<TensorSource> sources;                   // one for each of the network's parameters
  size_t matched = 0;                                  // tensors of the backbone found with the right shape
  size_t expected = 0;                                 // tensors of the backbone
  size_t matched_head = 0;                             // of the head
  std::vector<std::string> missing, misshapen, extra;  // fit for messages
  // 1: the file has every tensor of the backbone and nothing else; heads do not count.
  double likeness() const;
  bool fits() const { return missing.empty() && misshapen.empty() && extra.empty(); }
};

// The best of the spellings. `shapes` and `parameters` are those of model.graph at the architecture's image size.
WeightMap MapWeights(const Architecture& architecture, const ModelGraph& model, const std::vector<Shape>& shapes,
                     const std::vector<Parameter>& parameters, const WeightNames& names, HeadWeights head);

}  // namespace train
