#pragma once

#include <map>
#include <string>

#include "train/weights/tensor_file.h"

namespace train {

// Tensors of a weight file, which must outlive it, by what they are called today: auxiliary classifiers are left out,
// and old names (torchvision's DenseNet had norm.1, Keras' MobileNetV3 Conv/BatchNorm) are as new ones.
class WeightNames {
 public:
  // Throws dataset::Error if two tensors have one name today.
  explicit WeightNames(const TensorFile& file);
  const TensorView* Find(const std::string& name) const;
  const std::map<std::string, const TensorView*>& all() const { return names_; }
  // The key in `all` of a tensor, or of a layer, of that name.
  static std::string KeyOf(std::string name);

 private:
  std::map<std::string, const TensorView*> names_;
};

}  // namespace train
