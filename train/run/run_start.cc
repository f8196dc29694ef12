#include "train/run/run_start.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "train/network/weight_loader.h"
#include "train/optim/optimizer.h"
#include "train/run/model_info.h"
#include "train/run/run_directory.h"
#include "train/run/run_recorder.h"
#include "train/run/training_plan.h"
#include "train/weights/tensor_file.h"

namespace train {

namespace {

// Says which of the dataset's classes have their scores from another run.
void DescribeClasses(const ClassRows& rows, const std::vector<std::string>& classes, RunStart& start) {
  start.loaded.renewed.clear();
  for (size_t i = 0; i < classes.size(); ++i) {
    const bool known = rows.from[std::min(i, rows.from.size() - 1)] >= 0;
    (known ? start.known_classes : start.new_classes).push_back(classes[i]);
  }
}

}  // namespace

void LoadOptimizer(const TrainingRunOptions& options, const std::optional<std::filesystem::path>& own,
                   Optimizer& optimizer) {
  if (own) {
    optimizer.Load(*OpenTensorFile(CheckpointOptimizer(*own)));
    return;
  }
  const std::filesystem::path& run = *options.init_from;
  const std::optional<std::filesystem::path> checkpoint = RunDirectory(run).LatestCheckpoint();
  if (!checkpoint) {
    throw dataset::Error(run, "has no checkpoint whose optimizer could be kept; leave out `init_optimizer`");
  }
  try {
    optimizer.Load(*OpenTensorFile(CheckpointOptimizer(*checkpoint)));
  } catch (const dataset::Error& error) {
    throw dataset::Error(std::string(error.what()) +
                         "; `init_optimizer` keep needs the optimizer, the layers and the phase of that run");
  }
}

namespace {

// Loads it as the first phase will do, so that one that does not fit leaves no run folder behind.
void TryOptimizer(const TrainingRunOptions& options, const Phase& first, Classifier& model) {
  model.SetTrainable(first.trainable, first.layers);
  Optimizer optimizer(first.optimizer, OptimizedParametersOf(model, first.rates));
  LoadOptimizer(options, std::nullopt, optimizer);
}

}  // namespace

std::optional<RunStart> FillWeights(const TrainingRunOptions& options, const TrainingPlan& plan,
                                    const std::optional<std::filesystem::path>& own, Classifier& model) {
  RunStart start;
  start.file = options.init_from ? options.init_from->string() : options.weights.value_or("").string();
  if (own) {
    const std::unique_ptr<TensorFile> file = OpenTensorFile(*own);
    CheckWeights(*file, plan.model);
    LoadWeights(*file, HeadWeights::kOwn, model);
    return plan.model.weights.empty() ? std::nullopt : std::optional(start);
  }
  Initialize(model.network(), plan.weights == nullptr ? 0 : model.graph().head, plan.initialization, options.seed);
  if (plan.weights == nullptr) return std::nullopt;
  start.unfinished = options.init_from && !RunDirectory(*options.init_from).finished();
  start.entry = plan.weights->entry();
  start.other_entries = plan.weights->other_entries();
  start.loaded = LoadWeights(*plan.weights, HeadWeights::kLeave, model);
  if (plan.rows) {
    LoadClassRows(*plan.weights, *plan.rows, model);
    DescribeClasses(*plan.rows, plan.model.classes, start);
  }
  if (options.init_optimizer == InitOptimizer::kKeep) TryOptimizer(options, plan.phases.front(), model);
  return start;
}

bool LoadSoundWeights(const TrainingRunOptions& options, const TrainingPlan& plan, const TrainState& state,
                      Classifier& model) {
  if (state.best_accuracy >= 0) {
    const std::filesystem::path checkpoint = RunDirectory(options.output).LatestCheckpoint().value();
    LoadWeights(*OpenTensorFile(CheckpointBest(checkpoint)), HeadWeights::kOwn, model);
    return true;
  }
  if (!plan.model.weights.empty()) return false;
  torch::NoGradGuard no_grad;
  const Classifier first(ArchitectureOf(plan.model, ""), plan.initialization, options.seed);
  const std::vector<Classifier::NamedTensor> to = model.State(), from = first.State();
  for (size_t i = 0; i < to.size(); ++i) torch::Tensor(to[i].tensor).copy_(from[i].tensor);
  return true;
}

}  // namespace train
