#pragma once

#include <string>

#include "train/weights/tensor_file.h"

namespace train {

enum class AllowedValues {
  kFinite,       // float32 can hold them
  kNotNegative,  // and none is below zero, as of a variance
};

// Throws dataset::Error, which names `file`, the tensor and the first wrong value, unless all values are allowed.
// Whoever computes with a tensor of a file checks it first, since NaN spreads in silence.
void CheckValues(const TensorView& tensor, AllowedValues allowed, const std::string& file);

}  // namespace train
