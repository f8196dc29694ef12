#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/augment/augmentation_options.h"
#include "dataset/catalog/dataset_info.h"
#include "train/loop/normalization.h"
#include "train/model/architecture.h"
#include "train/optim/loss.h"
#include "train/weights/tensor_file.h"

namespace train {

// The content of model.json, which says how upright pixels become class scores. The fields are described in
// proto/train_state.proto.
struct ModelInfo {
  std::string backbone;
  std::string variant;
  double dropout = 0;  // rate of the dropout layers inside the backbone
  Head head;
  Loss loss = Loss::kSoftmax;
  std::vector<std::string> classes;
  uint32_t image_size = 0;
  uint32_t channels = 0;
  uint32_t compile_resize = 0;
  uint32_t eval_resize = 0;
  std::vector<double> depth;  // the values that become 0 and 255; empty: the high byte
  dataset::SquareFit fit = dataset::SquareFit::kCrop;
  std::array<uint8_t, 3> fill{};
  NormalizationKind normalization = NormalizationKind::kFixed;
  std::vector<float> mean;    // one per channel, 0 ... 255
  std::vector<float> stddev;  // one per channel, in the same unit
  std::string weights;
  std::string dataset_fingerprint;
  std::string dataset_content;         // empty: not known
  std::string dataset;                 // folder of the dataset, relative to the run folder
  std::optional<double> val_fraction;  // of its train split that was held out for val (dataset/read/val_part.h)
};

// Returns the depth of a dataset as ModelInfo has it.
std::vector<double> DepthOf(const dataset::DatasetInfo& dataset);

// Whether `dataset` is what the model was trained on: by its fingerprint and, if that is known, its content.
bool IsDatasetOf(const ModelInfo& info, const dataset::DatasetInfo& dataset);

// Returns the metadata of a weights file of that model, which OpenPretrained reads.
std::map<std::string, std::string> WeightMetadata(const ModelInfo& info);

// Throws dataset::Error if the metadata of a weights file tell of another model, or of another dataset, than `info`.
// What a file does not tell is not compared: older files lack the dataset, and files of other programs all of it.
void CheckWeights(const TensorFile& weights, const ModelInfo& info);

// Returns the architecture of the model. Throws dataset::Error, which names `file` unless it is empty, if the backbone
// or variant is unknown, or cannot have this image size, head or loss.
Architecture ArchitectureOf(const ModelInfo& info, const std::string& file);

// Returns the options by which a picture becomes the model's input in evaluation: nothing is random.
dataset::AugmentationOptions ViewOf(const ModelInfo& info);

std::string FormatModelInfo(const ModelInfo& info);  // JSON
// `json` is untrusted. Throws dataset::Error, which names `file`, if it is invalid.
ModelInfo ParseModelInfo(std::string_view json, const std::string& file);

}  // namespace train
