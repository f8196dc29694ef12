#include "train/run/model_info.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "dataset/base/error.h"
#include "dataset/catalog/content_hash.h"
#include "dataset/io/proto_json.h"
#include "proto/train_state.pb.h"
#include "train/weights/quote.h"

namespace train {

namespace {

// The value whose name a field of the file `file` has.
template <typename Enum>
Enum Choice(const char* field, const std::string& name, const std::string& file) {
  const std::optional<Enum> value = dataset::ParseName<Enum>(name);
  if (!value) throw dataset::Error(file, std::string(field) + " must be " + dataset::ListNames<Enum>());
  return *value;
}

}  // namespace

std::vector<double> DepthOf(const dataset::DatasetInfo& dataset) {
  if (dataset.depth.kind == dataset::Depth::Kind::kHighByte) return {};
  return {dataset.depth.low, dataset.depth.high};
}

bool IsDatasetOf(const ModelInfo& info, const dataset::DatasetInfo& dataset) {
  return info.dataset_fingerprint == dataset.fingerprint &&
         (info.dataset_content.empty() || info.dataset_content == dataset::ContentHash(dataset));
}

std::map<std::string, std::string> WeightMetadata(const ModelInfo& info) {
  std::map<std::string, std::string> metadata = {{"backbone", info.backbone},
                                                 {"dataset_fingerprint", info.dataset_fingerprint},
                                                 {"format", "pt"},
                                                 {"variant", info.variant}};
  if (info.normalization == NormalizationKind::kFixed) {
    metadata["mean"] = nlohmann::json(info.mean).dump();
    metadata["std"] = nlohmann::json(info.stddev).dump();
  } else {
    metadata["normalization"] = dataset::NameOf(info.normalization);
  }
  return metadata;
}

void CheckWeights(const TensorFile& weights, const ModelInfo& info) {
  const std::map<std::string, std::string> expected = WeightMetadata(info);
  for (const char* name : {"backbone", "variant", "dataset_fingerprint", "normalization", "mean", "std"}) {
    const auto given = weights.metadata().find(name), own = expected.find(name);
    if (given == weights.metadata().end() || (own != expected.end() && own->second == given->second)) continue;
    throw dataset::Error(weights.path(), std::string("belongs to another run: its ") + name + " is " +
                                             Quote(given->second) + ", but the run's is " +
                                             (own == expected.end() ? "none" : Quote(own->second)) +
                                             "; move it away, and dtrain's option resume restores the run's own");
  }
}

Architecture ArchitectureOf(const ModelInfo& info, const std::string& file) {
  auto fail = [&](const std::string& cause) { throw dataset::Error(file, cause); };
  Architecture architecture;
  for (const BackboneInfo& backbone : Backbones()) {
    if (backbone.name == info.backbone) architecture.backbone = &backbone;
  }
  if (architecture.backbone == nullptr) fail("backbone '" + info.backbone + "' is unknown to this program");
  architecture.variant = FindVariant(*architecture.backbone, info.variant);
  if (architecture.variant == nullptr) fail(info.backbone + " has no variant '" + info.variant + "'");
  architecture.channels = static_cast<int>(info.channels);
  architecture.image_size = static_cast<int>(info.image_size);
  architecture.dropout = info.dropout;
  architecture.head = info.head;
  architecture.outputs = OutputsOf(info.loss, static_cast<int>(info.classes.size()));
  try {
    BuildModel(architecture);
    if (info.loss == Loss::kSigmoid && info.head.items.back().activation) {
      throw dataset::Error::Usage(
          "`loss` sigmoid needs scores of both signs: the layer of the classes must have no activation");
    }
  } catch (const dataset::Error& error) {
    if (file.empty()) throw;
    fail(error.what());
  }
  return architecture;
}

dataset::AugmentationOptions ViewOf(const ModelInfo& info) {
  dataset::AugmentationOptions view;
  view.image_size = static_cast<int>(info.image_size);
  view.channels = static_cast<int>(info.channels);
  view.eval_resize = static_cast<int>(info.eval_resize);
  view.fit = info.fit;
  view.fill = info.fill;
  return view;
}

std::string FormatModelInfo(const ModelInfo& info) {
  dstools::ModelInfo message;
  message.set_format_version(1);
  message.set_backbone(info.backbone);
  message.set_variant(info.variant);
  message.set_dropout(info.dropout);
  message.set_pooling(std::string(dataset::NameOf(info.head.pooling)));
  message.set_head(FormatHead(info.head.items));
  message.set_loss(std::string(dataset::NameOf(info.loss)));
  for (const std::string& name : info.classes) message.add_classes(name);
  message.set_image_size(info.image_size);
  message.set_channels(info.channels);
  message.set_compile_resize(info.compile_resize);
  message.set_eval_resize(info.eval_resize);
  for (const double value : info.depth) message.add_depth(value);
  message.set_fit(std::string(dataset::NameOf(info.fit)));
  for (const uint8_t value : info.fill) message.add_fill(value);
  message.set_normalization(std::string(dataset::NameOf(info.normalization)));
  for (const float value : info.mean) message.add_mean(value);
  for (const float value : info.stddev) message.add_std(value);
  message.set_weights(info.weights);
  message.set_dataset_fingerprint(info.dataset_fingerprint);
  message.set_dataset_content(info.dataset_content);
  message.set_dataset(info.dataset);
  if (info.val_fraction) message.set_val_fraction(*info.val_fraction);
  return dataset::FormatProtoJson(message);
}

ModelInfo ParseModelInfo(std::string_view json, const std::string& file) {
  dstools::ModelInfo message;
  dataset::ParseProtoJson(json, file, &message);
  if (message.format_version() != 1) {
    throw dataset::Error(file,
                         "has format version " + std::to_string(message.format_version()) + "; this program reads 1");
  }
  ModelInfo info;
  info.backbone = message.backbone();
  info.variant = message.variant();
  info.dropout = message.dropout();
  info.classes.assign(message.classes().begin(), message.classes().end());
  info.image_size = message.image_size();
  info.channels = message.channels();
  info.compile_resize = message.compile_resize();
  info.eval_resize = message.eval_resize();
  info.depth.assign(message.depth().begin(), message.depth().end());
  info.mean.assign(message.mean().begin(), message.mean().end());
  info.stddev.assign(message.std().begin(), message.std().end());
  info.weights = message.weights();
  info.dataset_fingerprint = message.dataset_fingerprint();
  info.dataset_content = message.dataset_content();
  info.dataset = message.dataset();
  auto check = [&](bool good, const std::string& cause) {
    if (!good) throw dataset::Error(file, cause);
  };
  info.fit = Choice<dataset::SquareFit>("fit", message.fit(), file);
  info.normalization = Choice<NormalizationKind>("normalization", message.normalization(), file);
  check(message.fill_size() == 3, "fill must be three numbers");
  for (int i = 0; i < 3; ++i) {
    check(message.fill(i) <= 255, "fill must be 0 to 255");
    info.fill[static_cast<size_t>(i)] = static_cast<uint8_t>(message.fill(i));
  }
  if (message.has_val_fraction()) {
    info.val_fraction = message.val_fraction();
    check(*info.val_fraction > 0 && *info.val_fraction < 1, "val_fraction must be above 0 and below 1");
  }
  check(info.classes.size() >= 2, "names fewer than two classes");
  check(info.channels == 1 || info.channels == 3, "channels must be 1 or 3");
  check(info.image_size >= 1 && info.image_size <= dataset::kMaxImageSize, "image_size must be 1 to 8192");
  check(info.eval_resize >= info.image_size && info.eval_resize <= dataset::kMaxImageSize,
        "eval_resize must be image_size to 8192");
  check(info.mean.size() == info.channels && info.stddev.size() == info.channels,
        "mean and std need one value a channel");
  check(info.depth.empty() || (info.depth.size() == 2 && std::isfinite(info.depth[0]) && std::isfinite(info.depth[1]) &&
                               info.depth[0] < info.depth[1]),
        "depth is not two numbers, the first below the second");
  for (const float value : info.mean) check(std::isfinite(value), "mean must be finite");
  for (const float value : info.stddev) check(value > 0 && std::isfinite(value), "std must be positive and finite");
  check(info.dropout >= 0 && info.dropout < 1, "dropout must be at least 0 and below 1");
  if (!message.pooling().empty()) info.head.pooling = Choice<Pooling>("pooling", message.pooling(), file);
  if (!message.loss().empty()) info.loss = Choice<Loss>("loss", message.loss(), file);
  try {
    info.head.items = ParseHead(message.head());
    // Files from the time before there were heads have only a dropout rate.
    if (message.head().empty() && info.dropout > 0) {
      info.head.items.insert(info.head.items.begin(), {.kind = HeadItem::Kind::kDropout, .rate = info.dropout});
    }
  } catch (const dataset::Error& error) {
    check(false, error.what());
  }
  return info;
}

}  // namespace train
