#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/train/formula.h"
#include "train/graph/parameters.h"
#include "train/model/architecture.h"
#include "train/weights/tensor_file.h"

namespace train::testing {

// A weights file in memory whose tensors have names and shapes, but no values.
class FakeFile : public TensorFile {
 public:
  FakeFile() { path_ = "fake"; }
  // What a network has, in that spelling.
  FakeFile(const Architecture& architecture, Spelling spelling) : FakeFile() {
    const ModelGraph model = BuildModel(architecture);
    for (const Parameter& parameter : Parameters(model.graph, InferShapes(model.graph, architecture.image_size))) {
      const Layer& layer = model.graph.layers[static_cast<size_t>(parameter.layer)];
      const std::string name = TensorName(layer, parameter.role, spelling);
      if (name.empty()) continue;
      Add(name, spelling == Spelling::kKeras ? KerasShape(layer, parameter.role, parameter.shape) : parameter.shape);
    }
  }

  FakeFile& Add(const std::string& name, std::vector<int64_t> shape) {
    const auto place = std::upper_bound(tensors_.begin(), tensors_.end(), name,
                                        [](const std::string& key, const TensorView& view) { return key < view.name; });
    tensors_.insert(place, {name, DType::kFloat32, std::move(shape), {}});
    return *this;
  }
  FakeFile& Erase(const std::function<bool(const std::string&)>& chosen) {
    std::erase_if(tensors_, [&](const TensorView& view) { return chosen(view.name); });
    return *this;
  }
  FakeFile& Rename(const std::function<std::string(const std::string&)>& renamed) {
    for (TensorView& view : tensors_) view.name = renamed(view.name);
    SortByName();
    return *this;
  }
  std::vector<int64_t>& shape(const std::string& name) {
    return std::find_if(tensors_.begin(), tensors_.end(), [&](const TensorView& view) { return view.name == name; })
        ->shape;
  }
};

}  // namespace train::testing
