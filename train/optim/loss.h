#pragma once

#include "dataset/base/enum_names.h"

namespace at {
class Tensor;
}

namespace train {

enum class Loss {
  kSoftmax,  // one class of all: cross entropy
  kSigmoid,  // each class on its own: binary cross entropy; of two classes one logit, that of the second
};
constexpr auto EnumNames(Loss) {
  return dataset::NameTable<Loss, 2>{{{Loss::kSoftmax, "softmax"}, {Loss::kSigmoid, "sigmoid"}}};
}

// How many logits so many classes need.
int OutputsOf(Loss loss, int classes);

// Mean over the batch. Targets are labels, int64 [N], or parts of classes, float [N, classes]. `smoothing` of each
// target is spread evenly over all classes.
at::Tensor LossOf(Loss loss, const at::Tensor& logits, const at::Tensor& targets, int classes, double smoothing);

// [N, classes]. With kSigmoid and more than two classes the probabilities do not sum to 1.
at::Tensor LogProbabilities(Loss loss, const at::Tensor& logits);

}  // namespace train
