#include "train/training_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "dataset/error.h"
#include "dataset/file.h"
#include "dataset/sha256.h"
#include "train/optimizer.h"

namespace train {

namespace fs = std::filesystem;

namespace {

std::string Number(double value) { return nlohmann::json(value).dump(); }

std::vector<Phase> MakePhases(const TrainingRunOptions& options) {
  const OptimizerKind optimizer = ParseOptimizer(options.optimizer);
  const Phase head{.name = "head",
                   .epochs = options.weights ? options.head_epochs : 0,
                   .trainable = Trainable::kHead,
                   .optimizer = optimizer,
                   .schedule = ParseSchedule(options.head_schedule),
                   .learning_rate = options.head_learning_rate,
                   .warmup = 0};
  const Phase finetune{.name = "finetune",
                       .epochs = options.finetune_epochs,
                       .trainable = options.weights ? Trainable::kAllFrozenNorms : Trainable::kAll,
                       .optimizer = optimizer,
                       .schedule = ParseSchedule(options.finetune_schedule),
                       .learning_rate = options.finetune_learning_rate,
                       .warmup = options.warmup};
  std::vector<Phase> phases;
  for (const Phase& phase : {head, finetune}) {
    if (phase.epochs > 0) phases.push_back(phase);
  }
  return phases;
}

template <typename Value>
Value Known(const char* option, const std::string& name, std::optional<Value> value) {
  if (!value) throw dataset::Error::Usage(std::string(option) + " has no value '" + name + "'");
  return *value;
}

// The one of `values` that has this name.
template <typename Value>
Value Named(const char* option, const std::string& name, std::string_view (*name_of)(Value),
            std::initializer_list<Value> values) {
  const auto found = std::find_if(values.begin(), values.end(), [&](Value value) { return name_of(value) == name; });
  return Known(option, name, found == values.end() ? std::nullopt : std::optional<Value>(*found));
}

ModelInfo MakeModelInfo(const TrainingRunOptions& options, const BackboneInfo& backbone,
                        const dataset::DatasetInfo& dataset) {
  ModelInfo info;
  info.backbone = backbone.name;
  info.variant = backbone.variant;
  info.dropout = options.dropout;
  info.classes = dataset.classes;
  info.image_size = static_cast<uint32_t>(options.image_size.value_or(backbone.image_size));
  info.channels = static_cast<uint32_t>(backbone.channels);
  info.compile_resize = dataset.resize;
  info.eval_resize = static_cast<uint32_t>(
      options.eval_resize.value_or(static_cast<int>(std::lround(backbone.eval_scale * info.image_size))));
  info.framing = Known("--fit", options.fit, dataset::ParseFraming(options.fit));
  info.fill = options.augmentation.fill;
  info.normalization = Known("--normalize", options.normalize, ParseNormalization(options.normalize));
  const size_t values = size_t{info.image_size} * info.image_size * info.channels;
  if (Whitens(info.normalization) && values > dataset::kMaxWhitenedValues) {
    throw dataset::Error::Usage("--normalize " + options.normalize + " is for pictures of up to " +
                                std::to_string(dataset::kMaxWhitenedValues) +
                                " values, such as 32 x 32 RGB; these have " + std::to_string(values));
  }
  info.mean.assign(backbone.mean.begin(), backbone.mean.begin() + backbone.channels);
  info.std.assign(backbone.std.begin(), backbone.std.begin() + backbone.channels);
  if (options.weights) {
    info.weights = options.weights->filename().string() + " " + dataset::Sha256Hex(dataset::ReadFile(*options.weights));
  }
  info.dataset_fingerprint = dataset.fingerprint;
  info.dataset = fs::proximate(fs::absolute(options.dataset), fs::absolute(options.output)).string();
  return info;
}

std::vector<double> ClassWeights(const TrainingRunOptions& options, const std::vector<std::string>& classes) {
  std::vector<double> weights(classes.size(), 1);
  std::set<std::string> named;
  for (const auto& [name, weight] : options.class_weights) {
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end()) throw dataset::Error::Usage("--class-weights: no class is named '" + name + "'");
    if (!named.insert(name).second) throw dataset::Error::Usage("--class-weights names '" + name + "' twice");
    weights[static_cast<size_t>(found - classes.begin())] = weight;
  }
  return weights;
}

}  // namespace

TrainingPlan PlanTraining(const TrainingRunOptions& options) {
  TrainingPlan plan;
  plan.dataset = dataset::OpenDataset(options.dataset, options.foreign);
  plan.backbone = &FindBackbone(options.backbone);
  plan.model = MakeModelInfo(options, *plan.backbone, plan.dataset);
  plan.phases = MakePhases(options);
  plan.compute = ResolveCompute(options.device, options.precision);
  plan.compute_threads = options.compute_threads > 0 ? options.compute_threads : DefaultComputeThreads();
  plan.loader_threads = options.loader_threads > 0 ? options.loader_threads : DefaultLoaderThreads();
  const dataset::Cache cache = Named("--cache", options.cache, dataset::CacheName,
                                     {dataset::Cache::kAuto, dataset::Cache::kEncoded, dataset::Cache::kDecoded});
  plan.cache = dataset::ResolveCache(cache, plan.dataset.store);
  plan.order = Named(
      "--sampler", options.sampler, dataset::OrderName,
      {dataset::Order::kShuffled, dataset::Order::kBalanced, dataset::Order::kWeighted, dataset::Order::kStratified});
  if (plan.order == dataset::Order::kWeighted) plan.class_weights = ClassWeights(options, plan.dataset.classes);
  plan.augmentation = options.augmentation;
  const dataset::AugmentationOptions view = ViewOf(plan.model);
  plan.augmentation.image_size = view.image_size;
  plan.augmentation.channels = view.channels;
  plan.augmentation.eval_resize = view.eval_resize;
  plan.augmentation.framing = view.framing;
  plan.options = {
      {"dataset", plan.dataset.fingerprint},
      {"backbone", options.backbone},
      {"weights", plan.model.weights},
      {"batch_size", std::to_string(options.batch_size)},
      {"optimizer", options.optimizer},
      {"dropout", Number(options.dropout)},
      {"label_smoothing", Number(options.label_smoothing)},
      {"normalize", options.normalize},
      {"seed", std::to_string(options.seed)},
      {"memory", std::to_string(options.memory)},
      {"cache", std::string(dataset::CacheName(plan.cache))},
      {"sampler", options.sampler},
      {"class_weights", nlohmann::json(plan.class_weights).dump()},
      {"segment_epochs", std::to_string(options.segment_epochs)},
      {"steps_per_epoch", std::to_string(options.steps_per_epoch)},
      {"device", DeviceName(plan.compute)},
      {"precision", PrecisionName(plan.compute)},
      {"compute_threads", std::to_string(plan.compute_threads)},
  };
  for (const auto& described : {Describe(plan.augmentation), Describe(options.mix)}) {
    plan.options.insert(described.begin(), described.end());
  }
  for (const Phase& phase : plan.phases) {
    plan.options[phase.name + "_epochs"] = std::to_string(phase.epochs);
    plan.options[phase.name + "_schedule"] = phase.name == "head" ? options.head_schedule : options.finetune_schedule;
    plan.options[phase.name + "_learning_rate"] = Number(phase.learning_rate);
    plan.options[phase.name + "_warmup"] = Number(phase.warmup);
  }
  return plan;
}

TrainingRunOptions WithResumed(TrainingRunOptions options, const std::map<std::string, std::string>& resumed) {
  auto take = [&](const char* name, std::string& value) {
    if (const auto found = resumed.find(name); value == "auto" && found != resumed.end()) value = found->second;
  };
  take("device", options.device);
  take("precision", options.precision);
  take("cache", options.cache);
  if (const auto found = resumed.find("compute_threads"); options.compute_threads == 0 && found != resumed.end()) {
    options.compute_threads = std::atoi(found->second.c_str());
  }
  return options;
}

std::string Difference(const std::map<std::string, std::string>& then, const std::map<std::string, std::string>& now) {
  for (const auto& [name, value] : now) {
    const auto found = then.find(name);
    if (found == then.end()) return name + " was not set and is " + value;
    if (found->second != value) return name + " was " + found->second + " and is " + value;
  }
  for (const auto& [name, value] : then) {
    if (!now.contains(name)) return name + " was " + value + " and is not set";
  }
  return "";
}

}  // namespace train
