#include "train/run/training_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string_view>
#include <type_traits>

#include "dataset/base/error.h"
#include "dataset/read/open_dataset.h"
#include "train/graph/layer_choice.h"
#include "train/network/trainable.h"
#include "train/optim/optimizer_kind.h"
#include "train/run/class_weights.h"
#include "train/run/head_choice.h"
#include "train/run/phase_schedule.h"
#include "train/run/sized_loader.h"
#include "train/run/training_fields.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr int kGroupEpochs = 5;
constexpr char kExtended[] = "extended";  // the note of how many epochs each `extend` has added

// What a resume may have otherwise: no more than the order of pictures that do not fit the memory, and the last bits of
// sums, depend on it.
bool IsFree(std::string_view name) { return name == "memory" || name == "compute_threads"; }

std::string Number(double value) { return nlohmann::json(value).dump(); }

template <typename Enum>
std::string Name(Enum value) {
  return std::string(dataset::NameOf(value));
}

// The epochs that each `extend` has added, and those that it adds now.
std::vector<uint32_t> MakeExtensions(const TrainingRunOptions& options, const Notes& noted) {
  std::vector<uint32_t> extensions;
  if (const auto found = noted.find(kExtended); found != noted.end()) {
    std::istringstream items(found->second);
    for (std::string item; std::getline(items, item, ',');) {
      extensions.push_back(static_cast<uint32_t>(std::atoi(item.c_str())));
    }
  }
  if (options.extend) extensions.push_back(*options.extend);
  return extensions;
}

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

bool HasPhase(const std::vector<Phase>& phases, PhaseKind kind) {
  return std::any_of(phases.begin(), phases.end(), [&](const Phase& phase) { return phase.kind == kind; });
}

bool IsNoted(const TrainingField& field, const TrainingRunOptions& options, const std::vector<Phase>& phases) {
  switch (field.noted) {
    case Noted::kNever:
      return false;
    case Noted::kAlways:
      return true;
    case Noted::kIfGiven:
      return NumberOf(field, options).has_value();
    case Noted::kWithHead:
      return HasPhase(phases, PhaseKind::kHead);
    case Noted::kWithFinetune:
      return HasPhase(phases, PhaseKind::kFinetune);
  }
  return false;
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

// All that decides the numbers, as checkpoints note it: fields as they were given, and what was resolved.
Notes MakeNotes(const TrainingRunOptions& options, const TrainingPlan& plan, const std::vector<uint32_t>& extensions) {
  Notes notes = {
      {"dataset", plan.dataset.fingerprint},
      {"backbone", plan.model.backbone},
      {"variant", plan.model.variant},
      {"image_channels", std::to_string(plan.model.channels)},
      {"eval_size", std::to_string(plan.model.image_size)},
      {"pooling", Name(plan.model.head.pooling)},
      {"head", FormatHead(plan.model.head.items)},
      {"loss", Name(plan.model.loss)},
      {"weights", plan.model.weights},
      {"dropout", Number(plan.model.dropout)},
      {"mean", nlohmann::json(plan.model.mean).dump()},
      {"std", nlohmann::json(plan.model.stddev).dump()},
      {"cache", Name(plan.cache)},
      {"class_weights", nlohmann::json(plan.class_weights).dump()},
      {"device", Name(KindOf(plan.compute.device))},
      {"precision", Name(plan.compute.precision)},
      {"compute_threads", std::to_string(plan.compute_threads)},
  };
  for (const TrainingField& field : TrainingFields()) {
    if (IsNoted(field, options, plan.phases)) notes[std::string(field.name)] = TextOf(field, options);
  }
  for (const Phase& phase : plan.phases) {
    if (phase.kind == PhaseKind::kHead) notes["head_solver"] = Name(phase.solver);
  }
  for (const Phase& phase : plan.phases) notes[Name(phase.kind) + "_warmup"] = Number(phase.warmup);
  for (const auto& described : {Describe(plan.augmentation), Describe(options.mix)}) {
    notes.insert(described.begin(), described.end());
  }
  notes["normalize"] = Name(plan.model.normalization);
  if (options.init_from) notes["init_from"] = fs::absolute(*options.init_from).lexically_normal().filename().string();
  if (options.init_optimizer != InitOptimizer::kDrop) notes["init_optimizer"] = Name(options.init_optimizer);
  if (!plan.loss_weights.empty()) notes["loss_weights"] = nlohmann::json(plan.loss_weights).dump();
  if (!options.schedule_list.empty()) notes["schedule_list"] = nlohmann::json(options.schedule_list).dump();
  if (!options.weights_key.empty()) notes["weights_key"] = options.weights_key;
  std::string extended;
  for (const uint32_t epochs : extensions) {
    if (!extended.empty()) extended += ',';
    extended += std::to_string(epochs);
  }
  if (!extended.empty()) notes[kExtended] = extended;
  return notes;
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

}  // namespace

TrainingPlan PlanTraining(const TrainingRunOptions& options, const Notes& noted) {
  TrainingPlan plan;
  plan.dataset = dataset::OpenDataset(options.dataset, options.foreign);
  const bool goes_on = options.existing == dataset::ExistingOutput::kResume;
  ModelPlan model = PlanModel(options, plan.dataset, goes_on ? noted : Notes());
  plan.model = std::move(model.info);
  plan.weights = std::move(model.weights);
  plan.rows = std::move(model.rows);
  const Graph backbone = BuildBackbone(ArchitectureOf(plan.model, ""));
  CheckLayers(options, backbone, model.pretrained);
  plan.initialization = options.initialization;
  const std::vector<uint32_t> extensions = MakeExtensions(options, noted);
  const HeadSolver solver = ChooseHeadSolver(options, plan.model, model.pretrained, plan.rows);
  plan.phases = MakePhases(options, model.pretrained, solver, backbone, plan.dataset, extensions);
  plan.mix_epochs = MixEpochs(options, plan.phases, extensions.size());
  plan.compute = ResolveCompute(options.device, options.precision);
  plan.compute_threads = options.compute_threads > 0 ? options.compute_threads : DefaultComputeThreads();
  plan.loader_threads = options.loader_threads > 0 ? options.loader_threads : DefaultLoaderThreads();
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

namespace {

// Of the time before there was weight decay.
bool IsOlder(const Notes& notes) { return !notes.contains("weight_decay"); }
// Of the time when a constant schedule had no warm-up, whatever the option was.
bool IgnoredWarmup(const Notes& notes) {
  const auto schedule = notes.find("finetune_schedule");
  return !notes.contains("best_by") && schedule != notes.end() &&
         schedule->second == dataset::NameOf(ScheduleKind::kConstant);
}

// Of a head phase of the time when heads were not solved.
bool HasOlderHead(const Notes& notes) { return notes.contains("head_epochs") && !notes.contains("head_solver"); }

}  // namespace

TrainingRunOptions WithResumed(TrainingRunOptions options, const Notes& resumed) {
  auto take = [&](const char* name, auto& value) {
    using Enum = std::remove_reference_t<decltype(value)>;
    const auto found = resumed.find(name);
    if (value == Enum::kAuto && found != resumed.end()) {
      value = dataset::ParseName<Enum>(found->second).value_or(Enum::kAuto);
    }
  };
  take("head_solver", options.head_solver);
  if (HasOlderHead(resumed) && options.head_solver == HeadSolver::kAuto) options.head_solver = HeadSolver::kGradient;
  take("device", options.device);
  take("precision", options.precision);
  take("cache", options.cache);
  if (const auto found = resumed.find("compute_threads"); options.compute_threads == 0 && found != resumed.end()) {
    options.compute_threads = std::atoi(found->second.c_str());
  }
  if (IsOlder(resumed) && options.optimizer == OptimizerKind::kSgd) options.optimizer = OptimizerKind::kMomentum;
  if (IgnoredWarmup(resumed)) options.warmup.reset();
  return options;
}

Notes OfToday(Notes notes) {
  if (IgnoredWarmup(notes)) notes["finetune_warmup"] = Number(0.0);
  if (HasOlderHead(notes)) notes["head_solver"] = dataset::NameOf(HeadSolver::kGradient);
  std::string& optimizer = notes["optimizer"];
  if (IsOlder(notes) && optimizer == dataset::NameOf(OptimizerKind::kSgd)) {
    optimizer = dataset::NameOf(OptimizerKind::kMomentum);
  }
  // What fields were before there was a choice.
  const struct {
    const char* name;
    const char* value;
  } then[] = {
      {"weight_decay", "0.0"},
      {"clip_norm", "0.0"},
      {"ema", "0.0"},
      {"average_best", "0"},
      {"accumulate", "1"},
      {"layer_decay", "1.0"},
      {"finetune_head_factor", "1.0"},
      {"start_size", ""},
      {"thaw", "all"},
      {"group_epochs", ""},
      {"best_by", "accuracy"},
      {"early_stop", "0"},
      {"time_budget", "0.0"},
      {"mix_until", "1.0"},
      {"focal", "0.0"},
      {"norms", "frozen"},
      {"norm_momentum", ""},
  };
  for (const auto& [name, value] : then) {
    const Noted noted = FieldNamed(name).noted;
    if (noted == Noted::kWithHead && !notes.contains("head_epochs")) continue;
    if (noted == Noted::kWithFinetune && !notes.contains("finetune_epochs")) continue;
    notes.try_emplace(name, value);
  }
  if (const auto size = notes.find("image_size"); size != notes.end()) notes.try_emplace("eval_size", size->second);
  return notes;
}

namespace {

// Weights are the same under any name: their note ends with their hash.
bool IsSame(const std::string& name, const std::string& then, const std::string& now) {
  if (name != "weights" || then.empty() || now.empty()) return then == now;
  return then.substr(then.rfind(' ') + 1) == now.substr(now.rfind(' ') + 1);
}

std::string Differing(const std::string& name, const std::string* then, const std::string* now) {
  if (then == nullptr) return "`" + name + "` was not set and is " + *now;
  if (now == nullptr) return "`" + name + "` was " + *then + " and is not set";
  return IsSame(name, *then, *now) ? "" : "`" + name + "` was " + *then + " and is " + *now;
}

}  // namespace

std::vector<std::string> Differences(const Notes& then, const Notes& now, Compared compared) {
  std::vector<std::string> differences;
  const auto compare = [&](const std::string& name) {
    const auto old = then.find(name), young = now.find(name);
    if (compared != Compared::kAll && (name == kExtended || IsFree(name) != (compared == Compared::kFree))) return;
    std::string text =
        Differing(name, old == then.end() ? nullptr : &old->second, young == now.end() ? nullptr : &young->second);
    if (!text.empty()) differences.push_back(std::move(text));
  };
  for (const auto& [name, value] : now) compare(name);
  for (const auto& [name, value] : then) {
    if (!now.contains(name)) compare(name);
  }
  return differences;
}

}  // namespace train
