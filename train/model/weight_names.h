#pragma once

#include <map>
#include <string>

#include "train/weights/tensor_file.h"

namespace train {

// The tensors of a weights file by their present names: old names (norm.1 in torchvision's DenseNet, Conv/BatchNorm in
// Keras' MobileNetV3) are replaced by new ones. The file must outlive the object.
class WeightNames {
 public:
  // Throws dataset::Error if two tensors get the same name.
  explicit WeightNames(const TensorFile& file);
  const TensorView* Find(const std::string& name) const;
  const std::map<std::string, const TensorView*>& all() const { return names_; }
  // Returns the present name of a tensor or of a layer.
  static std::string KeyOf(std::string name);

 private:
  std::map<std::string, const TensorView*> names_;
};

}  // namespace train
