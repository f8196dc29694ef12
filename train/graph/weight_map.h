#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "train/graph/architecture.h"
#include "train/graph/parameters.h"
#include "train/weights/tensor_file.h"

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
  bool fits() const { return missing.empty() && misshapen.empty() && extra.empty(); }
};

// Tensors of a weight file, which must outlive it, by what they are called today: auxiliary classifiers are left out,
// and old names (torchvision's DenseNet had norm.1, Keras' MobileNetV3 Conv/BatchNorm) are as new ones.
class WeightNames {
 public:
  explicit WeightNames(const TensorFile& file);
  const TensorView* Find(const std::string& name) const;
  const std::map<std::string, const TensorView*>& all() const { return names_; }
  // The key in `all` of a tensor, or of a layer, of that name.
  static std::string KeyOf(std::string name);

 private:
  std::map<std::string, const TensorView*> names_;
};

// The best of the spellings. `shapes` and `parameters` are those of model.graph at the architecture's image size.
WeightMap MapWeights(const Architecture& architecture, const ModelGraph& model, const std::vector<Shape>& shapes,
                     const std::vector<Parameter>& parameters, const WeightNames& names, HeadWeights head);

// What is wrong, in words for the user: missing, misshapen and unknown tensors, and the backbone that the file fits
// better, if there is one.
std::string ExplainMismatch(const Architecture& architecture, const WeightMap& map, const WeightNames& names);

// The variant of the backbone whose tensors the file has; among equals `favourite`, else the one whose files are
// spelled so, else the first. The default one if none has any.
const VariantInfo& ChooseVariant(const BackboneInfo& backbone, const WeightNames& names,
                                 std::optional<Variant> favourite = std::nullopt);

}  // namespace train
