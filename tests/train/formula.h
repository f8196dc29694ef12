#pragma once

#include <zlib.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "train/graph/parameters.h"
#include "train/model/architecture.h"
#include "train/weights/tensor_file.h"

namespace train::testing {

// formula() of goldens/make_backbones.py: values in [-1, 1) that depend on name and index alone.
inline float Formula(uint32_t offset, uint64_t index) {
  uint32_t word = static_cast<uint32_t>(index * 2654435761u + offset);
  word = (word ^ (word >> 15)) * 2246822519u;
  return static_cast<float>(static_cast<double>(word >> 8) / (1 << 23) - 1);
}

inline uint32_t FormulaOffset(const std::string& name) {
  return static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(name.data()), static_cast<uInt>(name.size())));
}

// The shape in a Keras file of a tensor that PyTorch has as `shape`.
inline std::vector<int64_t> KerasShape(const Layer& layer, TensorRole role, const std::vector<int64_t>& shape) {
  if (role != TensorRole::kWeight) return shape;
  if (layer.op == Op::kLayerScale) return {shape[0]};
  if (layer.op == Op::kDense) return {shape[1], shape[0]};
  if (layer.op != Op::kConv) return shape;
  switch (layer.keras_kernel) {
    case Layer::KerasKernel::kDepthwise:
      return {shape[2], shape[3], shape[0], 1};
    case Layer::KerasKernel::kGrouped:
      return {shape[2], shape[3], shape[0], shape[1]};
    default:
      return {shape[2], shape[3], shape[1], shape[0]};
  }
}

// A weights file of the network in that spelling, as the reference program of the goldens is filled.
class FormulaFile : public TensorFile {
 public:
  FormulaFile(const ModelGraph& model, int image_size, Spelling spelling, float gain) {
    path_ = "formula";
    const std::vector<Shape> shapes = InferShapes(model.graph, image_size);
    for (const Parameter& parameter : Parameters(model.graph, shapes)) {
      const Layer& layer = model.graph.layers[static_cast<size_t>(parameter.layer)];
      const std::string name = TensorName(layer, parameter.role, spelling);
      if (name.empty() || parameter.role == TensorRole::kBatches) continue;
      const bool is_kernel = parameter.role == TensorRole::kWeight && (layer.op == Op::kConv || layer.op == Op::kDense);
      const bool is_scale =
          (parameter.role == TensorRole::kWeight && !is_kernel) || parameter.role == TensorRole::kVariance;
      const double fan_in =
          static_cast<double>(Values(parameter)) / static_cast<double>(std::max<int64_t>(1, parameter.shape[0]));
      const auto factor = static_cast<float>(std::sqrt(6 / fan_in)) * gain;
      std::vector<float>& values = *storage_.emplace_back(std::make_unique<std::vector<float>>(Values(parameter)));
      const uint32_t offset = FormulaOffset(name);
      for (size_t i = 0; i < values.size(); ++i) {
        const float value = Formula(offset, i);
        values[i] = is_kernel ? value * factor : is_scale ? 1 + value / 4 : value / 4;
      }
      tensors_.push_back(
          {name,
           DType::kFloat32,
           spelling == Spelling::kKeras ? KerasShape(layer, parameter.role, parameter.shape) : parameter.shape,
           {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)}});
    }
    SortByName();
  }

 private:
  std::vector<std::unique_ptr<std::vector<float>>> storage_;
};

}  // namespace train::testing
