#pragma once

#include "dataset/base/enum_names.h"

namespace at {
class Tensor;
}

namespace train {

enum class Loss {
  kSoftmax,  // cross entropy over all classes
  kSigmoid,  // binary cross entropy for each class; two classes have one logit, that of the second
};
constexpr auto EnumNames(Loss) {
  return dataset::NameTable<Loss, 2>{{{Loss::kSoftmax, "softmax"}, {Loss::kSigmoid, "sigmoid"}}};
}

// Returns how many logits `classes` classes need.
int OutputsOf(Loss loss, int classes);

// Returns the mean loss over the batch, a scalar. `logits` are [N, OutputsOf(loss, classes)]. `targets` are labels,
// int64 [N], or shares of classes, float [N, classes]. The part `smoothing` of each target is spread evenly over all
// classes.
at::Tensor LossOf(Loss loss, const at::Tensor& logits, const at::Tensor& targets, int classes, double smoothing);

// Returns the logarithms of the classes' probabilities, [N, classes]. With kSigmoid and more than two classes the
// probabilities do not sum to 1.
at::Tensor LogProbabilities(Loss loss, const at::Tensor& logits);

}  // namespace train
