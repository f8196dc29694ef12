#include "train/run/model_plan.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/catalog/content_hash.h"
#include "dataset/io/file.h"
#include "dataset/load/whitening.h"
#include "train/backbones/backbone_table.h"
#include "train/model/pretrained.h"
#include "train/run/run_directory.h"
#include "train/weights/quote.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr double kDropout = 0.5;
constexpr uint64_t kMaxModelBytes = uint64_t{64} << 20;

// Reads the notes of a checkpoint, which are untrusted.
class NoteReader {
 public:
  NoteReader(const Notes& notes, std::string run) : notes_(notes), run_(std::move(run)) {}

  const std::string& Text(const char* name) const {
    const auto found = notes_.find(name);
    if (found == notes_.end()) Fail(name);
    return found->second;
  }
  bool Has(const char* name) const { return notes_.contains(name); }
  template <typename Enum>
  Enum Choice(const char* name) const {
    const std::optional<Enum> value = dataset::ParseName<Enum>(Text(name));
    if (!value) Fail(name);
    return *value;
  }
  std::vector<float> Numbers(const char* name) const {
    const auto json = nlohmann::json::parse(Text(name), nullptr, false);
    std::vector<float> numbers;
    for (const auto& number : json.is_array() ? json : nlohmann::json::array({json})) {
      if (!number.is_number()) Fail(name);
      numbers.push_back(number.get<float>());
    }
    if (numbers.empty()) Fail(name);
    return numbers;
  }
  uint32_t Whole(const char* name) const {
    const float number = Numbers(name).front();
    if (!(number >= 0 && number <= dataset::kMaxImageSize)) Fail(name);
    return static_cast<uint32_t>(number);
  }
  std::vector<HeadItem> Head(const char* name) const {
    try {
      return ParseHead(Text(name));
    } catch (const dataset::Error&) {
      Fail(name);
    }
  }
  const VariantInfo* Variant(const char* name, const BackboneInfo& backbone) const {
    const VariantInfo* variant = FindVariant(backbone, Text(name));
    if (variant == nullptr) Fail(name);
    return variant;
  }

 private:
  [[noreturn]] void Fail(const char* name) const {
    throw dataset::Error(run_,
                         std::string("its checkpoint does not tell a good ") + name + "; `overwrite` starts again");
  }

  const Notes& notes_;
  std::string run_;
};

ModelInfo NotedArchitecture(const NoteReader& noted) {
  ModelInfo info;
  info.backbone = noted.Text("backbone");
  info.variant = dataset::NameOf(noted.Variant("variant", FindBackbone(info.backbone))->variant);
  info.dropout = static_cast<double>(noted.Numbers("dropout").front());
  info.channels = noted.Whole("image_channels");
  info.head = {noted.Choice<Pooling>("pooling"), noted.Head("head")};
  info.loss = noted.Choice<Loss>("loss");
  info.image_size = noted.Whole(noted.Has("eval_size") ? "eval_size" : "image_size");
  info.eval_resize = noted.Whole("eval_resize");
  info.fit = noted.Choice<dataset::SquareFit>("fit");
  info.normalization = noted.Choice<NormalizationKind>("normalize");
  return info;
}

ModelInfo ReadModel(const fs::path& file) {
  ModelInfo info = ParseModelInfo(dataset::ReadFile(file, kMaxModelBytes), file.string());
  ArchitectureOf(info, file.string());
  return info;
}

ModelInfo NewArchitecture(const TrainingRunOptions& options) {
  const BackboneInfo& backbone = FindBackbone(options.backbone);
  ModelInfo info;
  info.backbone = backbone.name;
  info.variant = dataset::NameOf(backbone.variants.front().variant);
  info.dropout = options.dropout.value_or(kDropout);
  info.channels = static_cast<uint32_t>(options.channels.value_or(backbone.channels));
  info.loss = options.loss;
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

// What comes with the weights that a run begins with.
struct Origin {
  const VariantInfo* variant = nullptr;
  std::vector<float> mean, stddev;
  std::string note;                  // the file's name and hash; empty: there is none
  std::unique_ptr<TensorFile> file;  // nullptr: there is none, or it is not needed
};

Origin OriginOfNotes(const BackboneInfo& backbone, const NoteReader& noted) {
  Origin origin;
  origin.variant = noted.Variant("variant", backbone);
  origin.mean = noted.Numbers("mean");
  origin.stddev = noted.Numbers("std");
  origin.note = noted.Text("weights");
  return origin;
}

// Whether the run needs the file of its first weights no more: it has weights of its own by now, and the file is gone,
// is not named or may have changed since.
bool IsBehind(const TrainingRunOptions& options, const NoteReader& noted) {
  const std::string& note = noted.Text("weights");
  if (note.empty()) return false;
  if (options.init_from || !options.weights) return true;
  return !fs::exists(*options.weights) && note.starts_with(options.weights->filename().string() + " ");
}

// The weights file that the options name; empty: there is none.
fs::path WeightsFile(const TrainingRunOptions& options) {
  if (options.init_from) return RunDirectory(*options.init_from).weights();
  return options.weights.value_or(fs::path());
}

Origin OpenOrigin(const TrainingRunOptions& options, const ModelInfo& info, const BackboneInfo& backbone) {
  Origin origin;
  origin.variant = FindVariant(backbone, info.variant);
  const fs::path path = WeightsFile(options);
  if (path.empty()) {
    origin.mean.assign(origin.variant->mean.begin(), origin.variant->mean.end());
    origin.stddev.assign(origin.variant->stddev.begin(), origin.variant->stddev.end());
    return origin;
  }
  // If two variants have equal tensors, the variant of the model.json counts.
  const bool known = options.model || options.init_from;
  Pretrained pretrained = OpenPretrained(path, backbone, known ? std::optional(origin.variant->variant) : std::nullopt,
                                         options.weights_key);
  if (!pretrained.normalization.empty() && pretrained.normalization != dataset::NameOf(info.normalization)) {
    throw dataset::Error::Usage(path.string() + " was trained with `normalize` " + Quote(pretrained.normalization) +
                                "; give the same here");
  }
  origin.variant = pretrained.variant;
  origin.mean = std::move(pretrained.mean);
  origin.stddev = std::move(pretrained.stddev);
  origin.note = path.filename().string() + " " + dataset::Sha256Hex(pretrained.file->content());
  origin.file = std::move(pretrained.file);
  return origin;
}

// The network and, of `init_from`, its input, before the weights and the dataset are known.
ModelInfo GivenArchitecture(const TrainingRunOptions& options, bool goes_on, const NoteReader& noted) {
  if (options.init_from) {
    return goes_on ? NotedArchitecture(noted) : RunDirectory(*options.init_from).LoadModelInfo();
  }
  ModelInfo info;
  if (options.model) {
    info = goes_on && !fs::exists(*options.model) ? NotedArchitecture(noted) : ReadModel(*options.model);
  } else {
    info = NewArchitecture(options);
  }
  info.fit = options.fit;
  info.normalization = options.normalize;
  return info;
}

// Where the scores of the dataset's classes are in the weights of `init_from`, a run of the model `from`.
ClassRows FindScores(const TrainingRunOptions& options, const ModelInfo& from,
                     const std::vector<std::string>& classes) {
  if (options.init_optimizer == InitOptimizer::kKeep && from.classes != classes) {
    throw dataset::Error::Usage("`init_optimizer` keep needs a dataset of the run's own classes, in their order");
  }
  const auto scores = [&from](const std::vector<std::string>& names) {
    return ClassScores{names, OutputsOf(from.loss, static_cast<int>(names.size()))};
  };
  return MatchClasses(scores(from.classes), scores(classes));
}

// The network must take pictures of several sizes.
void CheckSizes(const TrainingRunOptions& options, const Graph& backbone, int train_size, const ModelInfo& info) {
  const int start_size = options.start_size.value_or(train_size);
  if (start_size > train_size) {
    throw dataset::Error::Usage("`start_size` must be at most `image_size`, " + std::to_string(train_size));
  }
  if (start_size == train_size && info.image_size == static_cast<uint32_t>(train_size)) return;
  const std::string field = start_size == train_size ? "`eval_size`" : "`start_size`";
  if (!HasMap(backbone) || info.head.pooling == Pooling::kFlatten) {
    throw dataset::Error::Usage(field +
                                " must be `image_size` for this network, whose dense layers fit one size alone");
  }
  if (Whitens(info.normalization)) {
    throw dataset::Error::Usage(field + " must be `image_size` with `normalize` " +
                                std::string(dataset::NameOf(info.normalization)) + ", which fits one size alone");
  }
  const int least = FindBackbone(info.backbone).min_image_size;
  if (std::min(start_size, train_size) < least) {
    throw dataset::Error::Usage((start_size < train_size ? "`start_size`" : "`image_size`") +
                                std::string(" must be at least ") + std::to_string(least) + " for " + info.backbone);
  }
}

// Returns the side of train's pictures.
int SetSizes(const TrainingRunOptions& options, const VariantInfo& variant, ModelInfo& info) {
  if (options.image_size) info.image_size = static_cast<uint32_t>(*options.image_size);
  if (info.image_size == 0) info.image_size = static_cast<uint32_t>(variant.image_size);
  const auto train_size = static_cast<int>(info.image_size);
  if (options.eval_size) info.image_size = static_cast<uint32_t>(*options.eval_size);
  if (options.eval_resize) {
    info.eval_resize = static_cast<uint32_t>(*options.eval_resize);
  } else if (!options.init_from || options.image_size || options.eval_size) {
    info.eval_resize = static_cast<uint32_t>(std::lround(variant.eval_scale * info.image_size));
  }
  const size_t values = size_t{info.image_size} * info.image_size * info.channels;
  if (Whitens(info.normalization) && values > dataset::kMaxWhitenedValues) {
    throw dataset::Error::Usage("`normalize` " + std::string(dataset::NameOf(info.normalization)) +
                                " is for pictures of up to " + std::to_string(dataset::kMaxWhitenedValues) +
                                " values, such as 32 x 32 RGB; these have " + std::to_string(values));
  }
  return train_size;
}

}  // namespace

ModelPlan PlanModel(const TrainingRunOptions& options, const dataset::DatasetInfo& dataset, const Notes& noted) {
  const NoteReader notes(noted, options.output.string());
  const bool goes_on = !noted.empty();
  ModelPlan plan;
  ModelInfo& info = plan.info;
  info = GivenArchitecture(options, goes_on, notes);
  const BackboneInfo& backbone = FindBackbone(info.backbone);
  Origin origin =
      goes_on && IsBehind(options, notes) ? OriginOfNotes(backbone, notes) : OpenOrigin(options, info, backbone);
  if (options.init_from && origin.file != nullptr) {
    CheckWeights(*origin.file, info);
    plan.rows = FindScores(options, info, dataset.classes);
  }
  // A file is the same under any name.
  const auto hash_of = [](const std::string& note) { return note.substr(note.rfind(' ') + 1); };
  if (goes_on && hash_of(origin.note) == hash_of(notes.Text("weights"))) origin.note = notes.Text("weights");
  plan.pretrained = !origin.note.empty();
  plan.weights = std::move(origin.file);
  info.weights = std::move(origin.note);
  info.variant = dataset::NameOf(origin.variant->variant);
  info.classes = dataset.classes;
  const Graph graph = backbone.build(
      {.variant = origin.variant->variant, .channels = static_cast<int>(info.channels), .dropout = info.dropout});
  if (!options.model && !options.init_from) info.head = MakeHead(options, graph);
  plan.train_size = SetSizes(options, *origin.variant, info);
  CheckSizes(options, graph, plan.train_size, info);
  info.compile_resize = dataset.resize;
  info.depth = DepthOf(dataset);
  info.fill = options.augmentation.fill;
  info.mean = std::move(origin.mean);
  info.stddev = std::move(origin.stddev);
  TakeChannels(info.mean, info.channels);
  TakeChannels(info.stddev, info.channels);
  info.dataset_fingerprint = dataset.fingerprint;
  info.dataset_content = dataset::ContentHash(dataset);
  if (!options.dataset.empty() && !options.output.empty()) {
    info.dataset = RunDirectory(options.output).RelativeDataset(options.dataset);
  }
  return plan;
}

}  // namespace train
