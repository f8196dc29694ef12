#include "train/run/head_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "dataset/base/error.h"
#include "train/graph/parameters.h"
#include "train/loop/ridge_head.h"

namespace train {

namespace {

bool IsOneDense(const std::vector<HeadItem>& items) {
  const HeadItem& last = items.back();
  return last.kind == HeadItem::Kind::kDense && !last.activation &&
         std::all_of(items.begin(), items.end() - 1,
                     [](const HeadItem& item) { return item.kind == HeadItem::Kind::kDropout; });
}

int64_t FeaturesOf(const ModelInfo& model) {
  const ModelGraph graph = BuildModel(ArchitectureOf(model, ""));
  return InferShapes(graph.graph, static_cast<int>(model.image_size))[static_cast<size_t>(graph.head - 1)].channels;
}

// Returns what forbids to solve the head, and the cure; "": nothing does.
std::string Obstacle(const TrainingRunOptions& options, const ModelInfo& model, bool pretrained) {
  if (!pretrained) return "needs `weights` or `init_from`: without them there is no head phase";
  if (options.head_epochs == 0) return "needs a head phase; let `head_epochs` be 1 or more";
  if (model.loss != Loss::kSoftmax) return "solves scores of softmax alone; with this `loss` use gradient";
  if (options.mix.mixup > 0 || options.mix.cutmix > 0) {
    return "sees each picture alone; leave out mixup and cutmix, or use gradient";
  }
  if (options.focal > 0) return "has no focal loss; leave out `focal`, or use gradient";
  if (options.init_optimizer == InitOptimizer::kKeep) return "needs no optimizer; leave out `init_optimizer`";
  if (!IsOneDense(model.head.items)) {
    return "needs a `head` of one dense layer, which only dropout may precede; this one needs gradient";
  }
  const int64_t features = FeaturesOf(model);
  if (features > kMostRidgeFeatures) {
    return "is for up to " + std::to_string(kMostRidgeFeatures) + " features, and these are " +
           std::to_string(features) + "; another `pooling`, or gradient, cures it";
  }
  return "";
}

}  // namespace

HeadSolver ChooseHeadSolver(const TrainingRunOptions& options, const ModelInfo& model, bool pretrained,
                            const std::optional<ClassRows>& rows) {
  if (options.head_solver == HeadSolver::kGradient) return HeadSolver::kGradient;
  const std::string obstacle = Obstacle(options, model, pretrained);
  if (options.head_solver == HeadSolver::kRidge) {
    if (!obstacle.empty()) throw dataset::Error::Usage("`head_solver` ridge " + obstacle);
    return HeadSolver::kRidge;
  }
  const bool has_scores = rows && std::any_of(rows->from.begin(), rows->from.end(), [](int row) { return row >= 0; });
  return obstacle.empty() && !has_scores ? HeadSolver::kRidge : HeadSolver::kGradient;
}

std::vector<double> RidgeWeights(dataset::Order sampler, const std::vector<uint32_t>& samples,
                                 const std::vector<double>& class_weights) {
  std::vector<double> weights(samples.size(), 1);
  for (size_t i = 0; i < samples.size(); ++i) {
    if (sampler == dataset::Order::kWeighted) weights[i] = class_weights[i];
    if (sampler == dataset::Order::kBalanced) weights[i] = samples[i] == 0 ? 0 : 1.0 / samples[i];
  }
  const double all = std::inner_product(weights.begin(), weights.end(), samples.begin(), 0.0);
  for (size_t i = 0; i < samples.size(); ++i) {
    const double draws = weights[i] * samples[i];
    weights[i] = draws == 0 ? 0 : weights[i] * std::sqrt(all / (static_cast<double>(samples.size()) * draws));
  }
  return weights;
}

}  // namespace train
