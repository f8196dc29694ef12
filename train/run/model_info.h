#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/augment/augmentation_options.h"
#include "train/loop/normalization.h"
#include "train/model/architecture.h"
#include "train/optim/loss.h"

namespace train {

// model.json: how upright pixels become class scores. Fields as in proto/train_state.proto.
struct ModelInfo {
  std::string backbone;
  std::string variant;
  double dropout = 0;  // of dropout layers inside the backbone
  Head head;
  Loss loss = Loss::kSoftmax;
  std::vector<std::string> classes;
  uint32_t image_size = 0;
  uint32_t channels = 0;
  uint32_t compile_resize = 0;
  uint32_t eval_resize = 0;
  dataset::SquareFit fit = dataset::SquareFit::kCrop;
  std::array<uint8_t, 3> fill{};
  NormalizationKind normalization = NormalizationKind::kFixed;
  std::vector<float> mean;  // one a channel
  std::vector<float> stddev;
  std::string weights;
  std::string dataset_fingerprint;
  std::string dataset;  // folder, relative to the run folder
};

// What a weights file of that model says of itself, for OpenPretrained.
std::map<std::string, std::string> WeightMetadata(const ModelInfo& info);

// The network. Throws dataset::Error naming `file`, if there is one, when this program knows none such or it cannot be
// built: of this size, or with this head.
Architecture ArchitectureOf(const ModelInfo& info, const std::string& file);

// How a picture comes to such a model when nothing is random.
dataset::AugmentationOptions ViewOf(const ModelInfo& info);

std::string FormatModelInfo(const ModelInfo& info);  // JSON
// Untrusted; throws dataset::Error naming `file`.
ModelInfo ParseModelInfo(std::string_view json, const std::string& file);

}  // namespace train
