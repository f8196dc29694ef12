#include "train/run/training_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "dataset/base/error.h"
#include "dataset/read/open_dataset.h"
#include "dataset/read/val_part.h"
#include "train/graph/layer_choice.h"
#include "train/network/trainable.h"
#include "train/optim/optimizer_kind.h"
#include "train/run/class_weights.h"
#include "train/run/head_choice.h"
#include "train/run/phase_schedule.h"
#include "train/run/sized_loader.h"
#include "train/run/training_notes.h"

namespace train {

namespace {

constexpr int kGroupEpochs = 5;

std::vector<Phase> MakePhases(const TrainingRunOptions& options, bool pretrained, HeadSolver solver,
                              const Graph& backbone, const dataset::DatasetInfo& dataset,
                              const std::vector<uint32_t>& extensions) {
  const Phase head{.kind = PhaseKind::kHead,
                   .epochs = pretrained ? (solver == HeadSolver::kRidge ? 1 : options.head_epochs) : 0,
                   .solver = solver,
                   .trainable = Trainable::kHead,
                   .optimizer = {options.optimizer, options.weight_decay, options.clip_norm},
                   .schedule = options.head_schedule,
                   .learning_rate = options.head_learning_rate,
                   .warmup = options.head_warmup,
                   .rates = {},
                   .schedule_options = MakeScheduleOptions(options, options.head_schedule, dataset)};
  const uint32_t finetune_epochs = options.thaw == Thaw::kGroups
                                       ? static_cast<uint32_t>(options.group_epochs.value_or(kGroupEpochs))
                                       : options.finetune_epochs;
  const bool frozen_norms = pretrained && options.norms == Norms::kFrozen;
  const Phase finetune{.kind = PhaseKind::kFinetune,
                       .epochs = finetune_epochs,
                       .start_epochs = options.start_size ? finetune_epochs * 3 / 5 : 0,
                       .trainable = frozen_norms ? Trainable::kAllFrozenNorms : Trainable::kAll,
                       .layers = options.finetune_layers,
                       .norm_momentum = options.norm_momentum,
                       .optimizer = {options.optimizer, options.weight_decay, options.clip_norm},
                       .schedule = options.finetune_schedule,
                       .learning_rate = options.finetune_learning_rate,
                       .warmup = FinetuneWarmup(options),
                       .rates = {.layer_decay = options.layer_decay, .head = options.finetune_head_factor},
                       .schedule_options = MakeScheduleOptions(options, options.finetune_schedule, dataset)};
  std::vector<Phase> phases;
  if (head.epochs > 0) phases.push_back(head);
  if (options.thaw == Thaw::kGroups) {
    for (std::string& choice : ThawingChoices(backbone)) {
      phases.push_back(finetune);
      phases.back().layers = std::move(choice);
    }
  } else if (finetune.epochs > 0) {
    phases.push_back(finetune);
  }
  if (!extensions.empty() && phases.back().solver == HeadSolver::kRidge) {
    throw dataset::Error::Usage(
        "`extend` finds no epoch to add: the run is a head that was solved; a run of `init_from` trains on from it");
  }
  if (options.time_budget > 0) SetDeadlines(options.time_budget, phases);
  for (const uint32_t epochs : extensions) {
    phases.push_back(phases.back());
    phases.back().epochs = epochs;
    phases.back().start_epochs = 0;
    phases.back().deadline = 0;
  }
  return phases;
}

// A head phase mixes throughout if there is a finetune phase. Epochs that `extend` adds go on as the last one.
uint32_t MixEpochs(const TrainingRunOptions& options, const std::vector<Phase>& phases, size_t extensions) {
  if (options.mix_until == 1) return std::numeric_limits<uint32_t>::max();
  uint32_t before = 0, last = 0;
  for (size_t i = 0; i + extensions < phases.size(); ++i) {
    (phases[i].kind == phases.back().kind ? last : before) += phases[i].epochs;
  }
  return before + static_cast<uint32_t>(std::lround(options.mix_until * last));
}

std::vector<double> LossWeights(const TrainingRunOptions& options, const dataset::DatasetInfo& info) {
  if (options.loss_weighting == LossWeighting::kBalanced) {
    const dataset::DatasetSplit* const train = info.Find(dataset::Split::kTrain);
    return train == nullptr || train->records == 0 ? std::vector<double>() : BalancedWeights(train->records_per_class);
  }
  if (options.loss_weights.empty()) return {};
  const std::vector<double> weights = WeightsOf(options.loss_weights, info.classes, "loss_weights");
  if (std::all_of(weights.begin(), weights.end(), [](double weight) { return weight == 0; })) {
    throw dataset::Error::Usage("`loss_weights` are 0 for all classes, so nothing would be learned");
  }
  return weights;
}

// Checks the choice of layers, so that a wrong one leaves no run folder behind.
void CheckLayers(const TrainingRunOptions& options, const Graph& backbone, bool pretrained) {
  if (!pretrained && options.finetune_layers != "all") {
    throw dataset::Error::Usage("`finetune_layers` needs `weights`: without them everything trains");
  }
  if (!pretrained && options.thaw != Thaw::kAll) {
    throw dataset::Error::Usage("`thaw` groups needs `weights`: without them everything trains");
  }
  ChooseLayers(backbone, options.finetune_layers);
}

// Holds val out of train.
void HoldOutVal(const TrainingRunOptions& options, int threads, dataset::DatasetInfo& info) {
  if (info.Find(dataset::Split::kVal) != nullptr) {
    throw dataset::Error::Usage("`val_fraction` is for a dataset without a val split, and " + options.dataset.string() +
                                " has one, which is used; leave it out");
  }
  info = dataset::WithValPart(options.dataset, std::move(info), *options.val_fraction, threads);
}

}  // namespace

TrainingPlan PlanTraining(const TrainingRunOptions& options, const Notes& noted) {
  TrainingPlan plan;
  plan.dataset = dataset::OpenDataset(options.dataset, options.foreign);
  const bool goes_on = options.existing == dataset::ExistingOutput::kResume;
  ModelPlan model = PlanModel(options, plan.dataset, goes_on ? noted : Notes());
  plan.model = std::move(model.info);
  plan.weights = std::move(model.weights);
  plan.rows = std::move(model.rows);
  plan.loader_threads = options.loader_threads > 0 ? options.loader_threads : DefaultLoaderThreads();
  plan.model.val_fraction = options.val_fraction;
  if (options.val_fraction) HoldOutVal(options, plan.loader_threads, plan.dataset);
  const Graph backbone = BuildBackbone(ArchitectureOf(plan.model, ""));
  CheckLayers(options, backbone, model.pretrained);
  plan.initialization = options.initialization;
  std::vector<uint32_t> extensions = ExtensionsOf(noted);
  if (options.extend) extensions.push_back(*options.extend);
  const HeadSolver solver = ChooseHeadSolver(options, plan.model, model.pretrained, plan.rows);
  plan.phases = MakePhases(options, model.pretrained, solver, backbone, plan.dataset, extensions);
  plan.mix_epochs = MixEpochs(options, plan.phases, extensions.size());
  plan.compute = ResolveCompute(options.device, options.precision);
  plan.compute_threads = options.compute_threads > 0 ? options.compute_threads : DefaultComputeThreads();
  plan.cache = dataset::ResolveCache(options.cache, plan.dataset.store);
  plan.order = options.sampler;
  if (plan.order == dataset::Order::kWeighted) {
    plan.class_weights = WeightsOf(options.class_weights, plan.dataset.classes, "class_weights");
  }
  plan.loss_weights = LossWeights(options, plan.dataset);
  if (const dataset::DatasetSplit* train = plan.dataset.Find(dataset::Split::kTrain)) {
    plan.ridge_weights = RidgeWeights(plan.order, train->records_per_class, plan.class_weights);
    for (size_t i = 0; i < plan.loss_weights.size(); ++i) plan.ridge_weights[i] *= plan.loss_weights[i];
  }
  plan.augmentation = options.augmentation;
  const dataset::AugmentationOptions view = WithSize(ViewOf(plan.model), model.train_size);
  plan.augmentation.image_size = view.image_size;
  plan.augmentation.channels = view.channels;
  plan.augmentation.eval_resize = view.eval_resize;
  plan.augmentation.fit = view.fit;
  plan.options = MakeNotes(options, plan, extensions);
  return plan;
}

Architecture PlanArchitecture(const TrainingRunOptions& options) {
  Validate(options);
  dataset::DatasetInfo dataset;
  dataset.classes.resize(1000);
  if (!options.dataset.empty()) dataset = dataset::OpenDataset(options.dataset, options.foreign);
  return ArchitectureOf(PlanModel(options, dataset, {}).info, "");
}

}  // namespace train
