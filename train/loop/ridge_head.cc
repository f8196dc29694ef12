#include "train/loop/ridge_head.h"

#include <array>
#include <limits>
#include <string>
#include <utility>

#include "dataset/base/error.h"
#include "train/loop/feature_pass.h"
#include "train/optim/loss.h"
#include "train/optim/ridge.h"

namespace train {

using torch::Tensor;

namespace {

// In steps of the square root of ten, the strongest first: of equal ones it is taken.
constexpr std::array kLambdas = {100.0, 31.622776601683793,   10.0, 3.1622776601683795,    1.0,  0.31622776601683794,
                                 0.1,   0.031622776601683791, 0.01, 0.0031622776601683794, 0.001};

// The first batches of a stream, up to FeatureCache::kMaxBytes.
class FirstFeatures {
 public:
  void Add(BatchFeatures features) {
    bytes_ += features.values.nbytes();
    if (bytes_ <= FeatureCache::kMaxBytes || batches_.empty()) batches_.push_back(std::move(features));
  }
  const std::vector<BatchFeatures>& batches() const { return batches_; }

 private:
  size_t bytes_ = 0;
  std::vector<BatchFeatures> batches_;
};

struct LastLayer {
  Tensor weight, bias;
};

LastLayer LastLayerOf(Classifier& model) {
  LastLayer layer;
  for (const Network::Entry& entry : model.network().entries()) {
    if (entry.parameter.layer < model.graph().head) continue;
    (entry.parameter.role == TensorRole::kWeight ? layer.weight : layer.bias) = entry.tensor;
  }
  return layer;
}

void CheckFinite(const BatchFeatures& features) {
  const Tensor good = features.values.isfinite().all(1).to(torch::kCPU);
  if (good.all().item<bool>()) return;
  const auto first = static_cast<size_t>(good.to(torch::kInt64).argmin().item<int64_t>());
  throw dataset::Error("the features of sample " + std::to_string(features.ids[first]) +
                       " are not finite: the weights are too large to compute with; `precision` fp32 or other weights "
                       "may cure it");
}

struct Choice {
  LinearScores layer;
  double lambda = 0, temperature = 1;
};

Choice Choose(const RidgeRegression& regression, const FirstFeatures& val) {
  std::vector<int64_t> of_val;
  for (const BatchFeatures& features : val.batches()) {
    of_val.insert(of_val.end(), features.labels.begin(), features.labels.end());
  }
  const Tensor labels = torch::tensor(of_val, torch::kInt64);
  Choice best;
  double least = std::numeric_limits<double>::infinity();
  for (const double lambda : kLambdas) {
    LinearScores layer = regression.Solve(lambda);
    std::vector<Tensor> parts;
    for (const BatchFeatures& features : val.batches()) parts.push_back(layer.Of(features.values));
    const Tensor scores = torch::cat(parts);
    const double temperature = FitTemperature(scores, labels), loss = LogLoss(scores, labels, temperature);
    if (loss < least) {
      least = loss;
      best = {std::move(layer), lambda, temperature};
    }
  }
  return best;
}

}  // namespace

RidgeHead::RidgeHead(Classifier& model, const RidgeHeadOptions& options, const Compute& compute,
                     const Normalization& normalization, int classes, double label_smoothing)
    : model_(model),
      options_(options),
      compute_(compute),
      extractor_(model, compute, normalization),
      classes_(classes),
      label_smoothing_(label_smoothing) {}

std::optional<SolvedHead> RidgeHead::Solve(Evaluator& val, const std::function<bool()>& stop,
                                           const std::function<void(int)>& advance) {
  torch::NoGradGuard no_grad;
  model_.SetEvaluating();
  const LastLayer layer = LastLayerOf(model_);
  const int64_t dimensions = layer.weight.size(1);
  const bool mirrors = options_.mirror != Mirror::kNo && options_.samples < static_cast<uint64_t>(dimensions);
  RidgeRegression regression(dimensions, classes_);
  const Tensor class_weights = options_.class_weights.empty() ? torch::ones({classes_}, torch::kFloat64)
                                                              : torch::tensor(options_.class_weights, torch::kFloat64);
  FirstFeatures of_train, of_val;
  SolvedHead solved;
  const FeaturePass pass{.extractor = extractor_,
                         .stream = options_.train,
                         .view = options_.view,
                         .mirror = mirrors ? options_.mirror : Mirror::kNo};
  const auto use = [&](BatchFeatures features, const Tensor& mirrored) {
    CheckFinite(features);
    const Tensor labels = torch::tensor(features.labels, torch::kInt64);
    const Tensor weights = class_weights.index_select(0, labels);
    regression.Add(features.values, labels, weights);
    if (mirrors) regression.Add(mirrored, labels, weights);
    solved.samples += features.ids.size();
    of_train.Add(std::move(features));
  };
  if (!ForEachFeatures(pass, stop, advance, use)) return std::nullopt;
  if (solved.samples == 0) throw dataset::Error("none of the pictures of train can be read");
  regression.Finish();
  const bool whole = val.ForEachBatch(stop, {}, [&](const BatchFeatures& features) {
    CheckFinite(features);
    of_val.Add(features);
  });
  if (!whole) return std::nullopt;
  const Choice choice = Choose(regression, of_val);
  solved.lambda = choice.lambda;
  solved.temperature = choice.temperature;
  layer.weight.copy_(choice.layer.weight / choice.temperature);
  layer.bias.copy_(choice.layer.bias / choice.temperature);

  uint64_t seen = 0;
  for (const BatchFeatures& features : of_train.batches()) {
    const Tensor labels = torch::tensor(features.labels, torch::kInt64).to(compute_.device);
    const AutocastScope autocast(compute_);
    const Tensor logits = model_.Head(features.values);
    const auto samples = static_cast<double>(features.ids.size());
    solved.loss += LossOf(Loss::kSoftmax, logits, labels, classes_, label_smoothing_).item<double>() * samples;
    solved.accuracy += static_cast<double>(logits.argmax(1).eq(labels).sum().item<int64_t>());
    seen += features.ids.size();
  }
  solved.loss /= static_cast<double>(seen);
  solved.accuracy /= static_cast<double>(seen);
  return solved;
}

}  // namespace train
