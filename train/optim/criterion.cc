#include "train/optim/criterion.h"

#include <limits>

namespace train {

using torch::Tensor;

namespace {

// (1 - p)^gamma. Without the least value a sure sample would have no gradient but NaN if gamma is below 1.
Tensor FocalFactor(const Tensor& missing, double gamma) { return missing.clamp_min(1e-12).pow(gamma); }

}  // namespace

Criterion::Criterion(const CriterionOptions& options, const torch::Device& device) : options_(options) {
  if (options_.class_weights.empty()) return;
  const std::vector<float> weights(options_.class_weights.begin(), options_.class_weights.end());
  weights_ = torch::tensor(weights).to(device);
}

Tensor Criterion::SharesOf(const Tensor& targets) const {
  return targets.dim() == 2 ? targets : torch::one_hot(targets, options_.classes).to(torch::kFloat32);
}

Tensor Criterion::Mean(const Tensor& logits, const Tensor& targets) const {
  if (is_plain()) return LossOf(options_.loss, logits, targets, options_.classes, options_.label_smoothing);
  const Tensor sum = Sum(logits, targets);
  if (targets.dim() == 2 || !weights_.defined()) return sum / logits.size(0);
  const Tensor weight = weights_.index_select(0, targets).sum();
  return sum / weight.masked_fill(weight == 0, std::numeric_limits<float>::infinity());
}

Tensor Criterion::Sum(const Tensor& logits, const Tensor& targets) const {
  const double smoothing = options_.label_smoothing;
  if (is_plain()) return LossOf(options_.loss, logits, targets, options_.classes, smoothing) * logits.size(0);
  const Tensor given = SharesOf(targets);
  const Tensor shares = given * (1 - smoothing) + smoothing / options_.classes;
  return options_.loss == Loss::kSoftmax ? SumOfSoftmax(logits, shares) : SumOfSigmoid(logits, shares, given);
}

Tensor Criterion::SumOfSoftmax(const Tensor& logits, const Tensor& shares) const {
  const Tensor logs = torch::log_softmax(logits, 1);
  Tensor terms = shares * logs;
  if (weights_.defined()) terms = terms * weights_;
  if (options_.focal > 0) terms = terms * FocalFactor(-torch::expm1(logs), options_.focal);
  return -terms.sum();
}

Tensor Criterion::SumOfSigmoid(const Tensor& logits, const Tensor& shares, const Tensor& given) const {
  const Tensor asked = logits.size(1) == 1 ? shares.slice(1, 1, 2) : shares;
  Tensor terms = torch::binary_cross_entropy_with_logits(logits, asked, {}, {}, at::Reduction::None);
  if (options_.focal > 0) {
    const Tensor missing = torch::sigmoid(-logits) * asked + torch::sigmoid(logits) * (1 - asked);
    terms = terms * FocalFactor(missing, options_.focal);
  }
  const Tensor samples = terms.mean(1);
  return weights_.defined() ? samples.dot(given.matmul(weights_)) : samples.sum();
}

double Criterion::Weight(std::span<const int64_t> labels, bool has_shares) const {
  if (options_.class_weights.empty() || has_shares) return static_cast<double>(labels.size());
  double weight = 0;
  for (const int64_t label : labels) weight += options_.class_weights[static_cast<size_t>(label)];
  return weight;
}

}  // namespace train
