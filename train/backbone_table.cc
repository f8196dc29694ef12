#include "train/backbone_table.h"

#include "dataset/error.h"
#include "train/backbone.h"

namespace train {

namespace {

constexpr std::array<float, 3> kHalf = {127.5f, 127.5f, 127.5f};
// torchvision's (0.485, 0.456, 0.406) and (0.229, 0.224, 0.225), in bytes.
constexpr std::array<float, 3> kImageNetMean = {123.675f, 116.28f, 103.53f};
constexpr std::array<float, 3> kImageNetStd = {58.395f, 57.12f, 57.375f};
// EfficientNet-Lite (tensorflow/tpu, models/official/efficientnet/lite).
constexpr std::array<float, 3> kLiteMean = {127, 127, 127};
constexpr std::array<float, 3> kLiteStd = {128, 128, 128};

}  // namespace

const std::vector<BackboneInfo>& Backbones() {
  static const std::vector<BackboneInfo> table = {
      {"simple_cnn", "dstools", 150, 16, 3, 512, 1.1, kHalf, kHalf, "classifier.1", MakeSimpleCnn},
      {"small_cnn", "dstools", 28, 4, 1, 256, 1.0, kHalf, kHalf, "classifier.1", MakeSmallCnn},
      {"mobilenet_v2", "torchvision", 224, 32, 3, 1280, 1.1, kImageNetMean, kImageNetStd, "classifier.1",
       MakeMobileNetV2},
      {"efficientnet_lite0", "tensorflow", 224, 32, 3, 1280, 1.1, kLiteMean, kLiteStd, "_fc", MakeEfficientNetLite0},
  };
  return table;
}

std::vector<std::string> BackboneNames() {
  std::vector<std::string> names;
  for (const BackboneInfo& info : Backbones()) names.emplace_back(info.name);
  return names;
}

const BackboneInfo& FindBackbone(std::string_view name) {
  for (const BackboneInfo& info : Backbones()) {
    if (info.name == name) return info;
  }
  throw dataset::Error::Usage("no backbone is named '" + std::string(name) + "'");
}

}  // namespace train
