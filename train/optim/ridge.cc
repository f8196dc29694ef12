#include "train/optim/ridge.h"

#include <cmath>
#include <tuple>

#include "dataset/base/error.h"

namespace train {

using torch::Tensor;

namespace {

constexpr int64_t kBufferedSamples = 512;  // enough that a product does not wait for memory
constexpr int64_t kScoredSamples = 4096;   // at once, so that a thousand classes need little memory
constexpr double kLeastVariation = 1e-5;   // deviation / |mean|; less is rounding
constexpr double kLeastTemperature = 1e-3, kMostTemperature = 1e3;

Tensor Double(const Tensor& tensor) { return tensor.to(torch::kCPU, torch::kFloat64); }

struct LossAtScale {
  double loss = 0, slope = 0, curvature = 0;
};

// Of softmax(scale * scores), a convex function of `scale`.
LossAtScale LossAt(const Tensor& scores, const Tensor& labels, double scale) {
  LossAtScale sum;
  const int64_t samples = scores.size(0);
  for (int64_t begin = 0; begin < samples; begin += kScoredSamples) {
    const Tensor rows = scores.slice(0, begin, begin + kScoredSamples);
    const Tensor right = labels.slice(0, begin, begin + kScoredSamples).unsqueeze(1);
    const Tensor logs = torch::log_softmax(rows * scale, 1), parts = logs.exp();
    const Tensor mean = (parts * rows).sum(1, true);
    sum.loss -= logs.gather(1, right).sum().item<double>();
    sum.slope += (mean - rows.gather(1, right)).sum().item<double>();
    sum.curvature += (parts * (rows - mean).square()).sum().item<double>();
  }
  const auto count = static_cast<double>(samples);
  return {sum.loss / count, sum.slope / count, sum.curvature / count};
}

}  // namespace

Tensor LinearScores::Of(const Tensor& values) const { return torch::addmm(bias, Double(values), weight.t()); }

RidgeRegression::RidgeRegression(int64_t features, int classes)
    : squares_(torch::zeros({features, features}, torch::kFloat64)),
      class_sums_(torch::zeros({classes, features}, torch::kFloat64)),
      class_total_(torch::zeros({classes}, torch::kFloat64)) {}

void RidgeRegression::Add(const Tensor& values, const Tensor& labels, const Tensor& weights) {
  const Tensor rows = Double(values);
  if (!shift_.defined()) shift_ = rows.mean(0);
  values_.push_back(rows - shift_);
  labels_.push_back(labels);
  weights_.push_back(weights);
  buffered_ += rows.size(0);
  if (buffered_ >= kBufferedSamples) AddBuffered();
}

void RidgeRegression::AddBuffered() {
  if (values_.empty()) return;
  const Tensor rows = torch::cat(values_), weights = torch::cat(weights_);
  const Tensor weighted = rows * weights.unsqueeze(1);
  const Tensor targets = torch::one_hot(torch::cat(labels_), class_total_.size(0)).to(torch::kFloat64);
  squares_.addmm_(weighted.t(), rows);
  class_sums_.addmm_(targets.t(), weighted);
  class_total_.addmv_(targets.t(), weights);
  values_.clear();
  labels_.clear();
  weights_.clear();
  buffered_ = 0;
}

void RidgeRegression::Finish() {
  AddBuffered();
  const Tensor total = class_total_.sum();
  const Tensor mean = class_sums_.sum(0) / total;
  class_total_ /= total;
  squares_.div_(total).sub_(torch::outer(mean, mean));
  class_sums_.div_(total).sub_(torch::outer(class_total_, mean));
  mean_ = mean + shift_;
  const Tensor deviation = squares_.diagonal().clamp_min(0).sqrt();
  scale_ = torch::where(deviation > mean_.abs() * kLeastVariation, deviation.reciprocal(), torch::zeros_like(mean_));
  squares_.mul_(scale_).mul_(scale_.unsqueeze(1));
  class_sums_.mul_(scale_);
}

LinearScores RidgeRegression::Solve(double lambda) const {
  Tensor system = squares_.clone();
  system.diagonal().add_(lambda);
  const auto [factor, failed] = at::linalg_cholesky_ex(system);
  if (failed.item<int>() != 0) throw dataset::Error("the features of train are too large to solve the head with");
  LinearScores scores;
  scores.weight = torch::cholesky_solve(class_sums_.t(), factor).t() * scale_;
  scores.bias = class_total_ - scores.weight.mv(mean_);
  return scores;
}

double LogLoss(const Tensor& scores, const Tensor& labels, double temperature) {
  return LossAt(scores, labels, 1 / temperature).loss;
}

double FitTemperature(const Tensor& scores, const Tensor& labels) {
  const double attested = 1 / (static_cast<double>(scores.size(0)) + 2);
  double low = 1 / kMostTemperature, high = 1 / kLeastTemperature, scale = 1;
  // Newton's method, and halving where it leaves what is known to hold the least loss.
  for (int i = 0; i < 100 && high / low > 1 + 1e-9; ++i) {
    const LossAtScale at = LossAt(scores, labels, scale);
    const bool too_sure = scale > 1 && at.loss < attested;
    (at.slope > 0 || too_sure ? high : low) = scale;
    if (at.slope == 0 && at.curvature == 0 && !too_sure) break;  // all scores are equal
    double next = scale - at.slope / at.curvature;
    if (std::abs(next - scale) <= 1e-9 * scale && !too_sure) break;
    if (!(next > low && next < high)) next = std::sqrt(low * high);
    scale = next;
  }
  return 1 / scale;
}

}  // namespace train
