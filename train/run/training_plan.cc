#include "train/run/training_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <type_traits>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/io/file.h"
#include "dataset/read/open_dataset.h"
#include "train/backbones/backbone_table.h"
#include "train/graph/layer_choice.h"
#include "train/model/pretrained.h"
#include "train/network/trainable.h"
#include "train/optim/optimizer.h"
#include "train/optim/optimizer_kind.h"
#include "train/run/run_directory.h"
#include "train/run/training_fields.h"
#include "train/weights/quote.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr double kDropout = 0.5;
constexpr uint64_t kMaxModelBytes = uint64_t{64} << 20;

std::string Number(double value) { return nlohmann::json(value).dump(); }

template <typename Enum>
std::string Name(Enum value) {
  return std::string(dataset::NameOf(value));
}

std::vector<Phase> MakePhases(const TrainingRunOptions& options) {
  const Phase head{.kind = PhaseKind::kHead,
                   .epochs = options.weights ? options.head_epochs : 0,
                   .trainable = Trainable::kHead,
                   .optimizer = options.optimizer,
                   .schedule = options.head_schedule,
                   .learning_rate = options.head_learning_rate,
                   .warmup = 0};
  const Phase finetune{.kind = PhaseKind::kFinetune,
                       .epochs = options.finetune_epochs,
                       .trainable = options.weights ? Trainable::kAllFrozenNorms : Trainable::kAll,
                       .layers = options.finetune_layers,
                       .optimizer = options.optimizer,
                       .schedule = options.finetune_schedule,
                       .learning_rate = options.finetune_learning_rate,
                       .warmup = options.warmup};
  std::vector<Phase> phases;
  for (const Phase& phase : {head, finetune}) {
    if (phase.epochs > 0) phases.push_back(phase);
  }
  return phases;
}

bool HasPhase(const std::vector<Phase>& phases, PhaseKind kind) {
  return std::any_of(phases.begin(), phases.end(), [&](const Phase& phase) { return phase.kind == kind; });
}

bool IsNoted(const TrainingField& field, const std::vector<Phase>& phases) {
  switch (field.noted) {
    case Noted::kNever:
      return false;
    case Noted::kAlways:
      return true;
    case Noted::kWithHead:
      return HasPhase(phases, PhaseKind::kHead);
    case Noted::kWithFinetune:
      return HasPhase(phases, PhaseKind::kFinetune);
  }
  return false;
}

// Returns the backbone, head, input and loss of the options, or of the model.json that they name.
ModelInfo MakeArchitecture(const TrainingRunOptions& options) {
  if (options.model) {
    const std::string file = options.model->string();
    ModelInfo info = ParseModelInfo(dataset::ReadFile(*options.model, kMaxModelBytes), file);
    ArchitectureOf(info, file);
    info.weights.clear();
    if (options.image_size) info.image_size = static_cast<uint32_t>(*options.image_size);
    return info;
  }
  const BackboneInfo& backbone = FindBackbone(options.backbone);
  ModelInfo info;
  info.backbone = backbone.name;
  info.variant = dataset::NameOf(backbone.variants.front().variant);
  info.dropout = options.dropout.value_or(kDropout);
  info.channels = static_cast<uint32_t>(options.channels.value_or(backbone.channels));
  info.loss = options.loss;
  info.image_size = static_cast<uint32_t>(options.image_size.value_or(0));
  return info;
}

Head MakeHead(const TrainingRunOptions& options, const Graph& backbone) {
  const bool drops = std::any_of(backbone.layers.begin(), backbone.layers.end(),
                                 [](const Layer& layer) { return layer.op == Op::kDropout; });
  if (options.dropout && !options.head.empty() && !drops) {
    throw dataset::Error::Usage("`dropout` has no part in `head`, whose dropout layers are dropout:RATE");
  }
  if (options.pooling && !HasMap(backbone)) {
    throw dataset::Error::Usage("`pooling` needs a map, but this backbone ends in a dense layer");
  }
  if (options.head == "published") {
    if (options.pooling) throw dataset::Error::Usage("`head` published brings its own pooling; leave out `pooling`");
    return {backbone.top.pooling, backbone.top.items};
  }
  Head head = DefaultHead(backbone, options.dropout.value_or(kDropout));
  if (!options.head.empty()) head.items = ParseHead(options.head);
  head.pooling = options.pooling.value_or(Pooling::kAvg);
  return head;
}

// Reduces three means or deviations to one for grey pictures: their mean.
void TakeChannels(std::vector<float>& values, uint32_t channels) {
  if (channels == 3 || values.size() != 3) return;
  values = {(values[0] + values[1] + values[2]) / 3};
}

// `weights` gets the file of the pretrained weights, if there is one.
ModelInfo MakeModelInfo(const TrainingRunOptions& options, const dataset::DatasetInfo& dataset,
                        std::unique_ptr<TensorFile>& weights) {
  ModelInfo info = MakeArchitecture(options);
  const BackboneInfo& backbone = FindBackbone(info.backbone);
  const VariantInfo* variant = FindVariant(backbone, info.variant);
  std::vector<float> mean(variant->mean.begin(), variant->mean.end()),
      stddev(variant->stddev.begin(), variant->stddev.end());
  if (options.weights) {
    // If two variants have equal tensors, the variant of the model.json counts.
    Pretrained pretrained =
        OpenPretrained(*options.weights, backbone, options.model ? std::optional(variant->variant) : std::nullopt);
    variant = pretrained.variant;
    if (!pretrained.normalization.empty() && pretrained.normalization != dataset::NameOf(options.normalize)) {
      throw dataset::Error::Usage(options.weights->string() + " was trained with `normalize` " +
                                  Quote(pretrained.normalization) + "; give the same here");
    }
    mean = pretrained.mean;
    stddev = pretrained.stddev;
    info.weights = options.weights->filename().string() + " " + dataset::Sha256Hex(pretrained.file->content());
    weights = std::move(pretrained.file);
  }
  info.variant = dataset::NameOf(variant->variant);
  info.classes = dataset.classes;
  if (info.image_size == 0) info.image_size = static_cast<uint32_t>(variant->image_size);
  if (!options.model) {
    const Graph graph = backbone.build(
        {.variant = variant->variant, .channels = static_cast<int>(info.channels), .dropout = info.dropout});
    info.head = MakeHead(options, graph);
  }
  info.compile_resize = dataset.resize;
  info.depth = DepthOf(dataset);
  info.eval_resize = static_cast<uint32_t>(
      options.eval_resize.value_or(static_cast<int>(std::lround(variant->eval_scale * info.image_size))));
  info.fit = options.fit;
  info.fill = options.augmentation.fill;
  info.normalization = options.normalize;
  const size_t values = size_t{info.image_size} * info.image_size * info.channels;
  if (Whitens(info.normalization) && values > dataset::kMaxWhitenedValues) {
    throw dataset::Error::Usage("`normalize` " + Name(options.normalize) + " is for pictures of up to " +
                                std::to_string(dataset::kMaxWhitenedValues) +
                                " values, such as 32 x 32 RGB; these have " + std::to_string(values));
  }
  info.mean = std::move(mean);
  info.stddev = std::move(stddev);
  TakeChannels(info.mean, info.channels);
  TakeChannels(info.stddev, info.channels);
  info.dataset_fingerprint = dataset.fingerprint;
  if (!options.dataset.empty() && !options.output.empty()) {
    info.dataset = RunDirectory(options.output).RelativeDataset(options.dataset);
  }
  return info;
}

std::vector<double> ClassWeights(const TrainingRunOptions& options, const std::vector<std::string>& classes) {
  std::vector<double> weights(classes.size(), 1);
  std::set<std::string> named;
  for (const auto& [name, weight] : options.class_weights) {
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end()) throw dataset::Error::Usage("`class_weights`: no class is named '" + name + "'");
    if (!named.insert(name).second) throw dataset::Error::Usage("`class_weights` names '" + name + "' twice");
    weights[static_cast<size_t>(found - classes.begin())] = weight;
  }
  return weights;
}

// All that decides the numbers, as checkpoints note it: fields as they were given, and what was resolved.
std::map<std::string, std::string> MakeNotes(const TrainingRunOptions& options, const TrainingPlan& plan) {
  std::map<std::string, std::string> notes = {
      {"dataset", plan.dataset.fingerprint},
      {"backbone", plan.model.backbone},
      {"variant", plan.model.variant},
      {"image_channels", std::to_string(plan.model.channels)},
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
    if (IsNoted(field, plan.phases)) notes[std::string(field.name)] = TextOf(field, options);
  }
  for (const Phase& phase : plan.phases) notes[Name(phase.kind) + "_warmup"] = Number(phase.warmup);
  for (const auto& described : {Describe(plan.augmentation), Describe(options.mix)}) {
    notes.insert(described.begin(), described.end());
  }
  return notes;
}

// Checks the choice of layers, so that a wrong one leaves no run folder behind.
void CheckLayers(const TrainingRunOptions& options, const ModelInfo& model) {
  if (!options.weights && options.finetune_layers != "all") {
    throw dataset::Error::Usage("`finetune_layers` needs `weights`: without them everything trains");
  }
  ChooseLayers(BuildBackbone(ArchitectureOf(model, "")), options.finetune_layers);
}

}  // namespace

TrainingPlan PlanTraining(const TrainingRunOptions& options) {
  TrainingPlan plan;
  plan.dataset = dataset::OpenDataset(options.dataset, options.foreign);
  plan.model = MakeModelInfo(options, plan.dataset, plan.weights);
  CheckLayers(options, plan.model);
  plan.initialization = options.initialization;
  plan.phases = MakePhases(options);
  plan.compute = ResolveCompute(options.device, options.precision);
  plan.compute_threads = options.compute_threads > 0 ? options.compute_threads : DefaultComputeThreads();
  plan.loader_threads = options.loader_threads > 0 ? options.loader_threads : DefaultLoaderThreads();
  plan.cache = dataset::ResolveCache(options.cache, plan.dataset.store);
  plan.order = options.sampler;
  if (plan.order == dataset::Order::kWeighted) plan.class_weights = ClassWeights(options, plan.dataset.classes);
  plan.augmentation = options.augmentation;
  const dataset::AugmentationOptions view = ViewOf(plan.model);
  plan.augmentation.image_size = view.image_size;
  plan.augmentation.channels = view.channels;
  plan.augmentation.eval_resize = view.eval_resize;
  plan.augmentation.fit = view.fit;
  plan.options = MakeNotes(options, plan);
  return plan;
}

Architecture PlanArchitecture(const TrainingRunOptions& options) {
  Validate(options);
  dataset::DatasetInfo dataset;
  dataset.classes.resize(1000);
  if (!options.dataset.empty()) dataset = dataset::OpenDataset(options.dataset, options.foreign);
  std::unique_ptr<TensorFile> weights;
  return ArchitectureOf(MakeModelInfo(options, dataset, weights), "");
}

TrainingRunOptions WithResumed(TrainingRunOptions options, const std::map<std::string, std::string>& resumed) {
  auto take = [&](const char* name, auto& value) {
    using Enum = std::remove_reference_t<decltype(value)>;
    const auto found = resumed.find(name);
    if (value == Enum::kAuto && found != resumed.end()) {
      value = dataset::ParseName<Enum>(found->second).value_or(Enum::kAuto);
    }
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
    if (found == then.end()) return "`" + name + "` was not set and is " + value;
    if (found->second != value) return "`" + name + "` was " + found->second + " and is " + value;
  }
  for (const auto& [name, value] : then) {
    if (!now.contains(name)) return "`" + name + "` was " + value + " and is not set";
  }
  return "";
}

}  // namespace train
