#include "train/backbone.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "dataset/decoder.h"
#include "dataset/error.h"
#include "dataset/file.h"
#include "tests/testing/testing.h"
#include "train/classifier.h"
#include "train/device.h"

namespace train {
namespace {

using torch::Tensor;

// The same as formula() in goldens/make_goldens.py.
Tensor Formula(const std::string& name, at::IntArrayRef shape) {
  Tensor values = torch::empty(shape, torch::kFloat64);
  const uint64_t offset = crc32(0, reinterpret_cast<const Bytef*>(name.data()), static_cast<uInt>(name.size()));
  double* out = values.data_ptr<double>();
  for (int64_t i = 0; i < values.numel(); ++i) {
    uint32_t word = static_cast<uint32_t>(static_cast<uint64_t>(i) * 2654435761u + offset);
    word = (word ^ (word >> 15)) * 2246822519u;
    out[i] = static_cast<double>(word >> 8) / (1 << 23) - 1;
  }
  return values;
}

void FillByFormula(Classifier& model) {
  torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : model.State()) {
    if (name.ends_with("num_batches_tracked")) continue;
    Tensor values = Formula(name, tensor.sizes());
    if (tensor.dim() >= 2) {
      values = values * std::sqrt(6.0 / static_cast<double>(tensor[0].numel()));
    } else if (name.ends_with("running_var") || name.ends_with("weight")) {
      values = 1 + values / 4;
    } else {
      values = values / 4;
    }
    tensor.copy_(values);
  }
}

// goldens/logits.csv: name -> logits, written by PyTorch and torchvision.
const std::vector<float>& Golden(const std::string& name) {
  static const auto* goldens = [] {
    auto* result = new std::map<std::string, std::vector<float>>;
    std::ifstream stream(dataset::testing::SourceDir() / "tests/train/goldens/logits.csv");
    for (std::string line; std::getline(stream, line);) {
      std::istringstream fields(line);
      std::string key, value;
      std::getline(fields, key, ',');
      while (std::getline(fields, value, ',')) (*result)[key].push_back(std::stof(value));
    }
    return result;
  }();
  return goldens->at(name);
}

void ExpectLogits(const Tensor& logits, const std::string& golden) {
  const std::vector<float>& expected = Golden(golden);
  ASSERT_EQ(logits.numel(), static_cast<int64_t>(expected.size()));
  const Tensor difference = (logits.flatten() - torch::tensor(expected)).abs();
  EXPECT_LT(difference.max().item<float>(), 1e-3f) << golden;
}

struct GoldenCase {
  const char* backbone;
  int size;
};

class GoldenTest : public ::testing::TestWithParam<GoldenCase> {};

TEST_P(GoldenTest, LogitsEqualTheReference) {
  const auto [name, size] = GetParam();
  torch::NoGradGuard no_grad;
  Classifier model(FindBackbone(name), 1000, size, 0.2, 0);
  FillByFormula(model);
  const Tensor pixels = Formula("pixels", {1, 3, size, size}).to(torch::kFloat32);
  model.SetEvaluating();
  ExpectLogits(model.Forward(pixels), std::string(name) + "-" + std::to_string(size));
  MoveModel(model, {});
  ExpectLogits(model.Forward(pixels.contiguous(at::MemoryFormat::ChannelsLast)),
               std::string(name) + "-" + std::to_string(size));
}

INSTANTIATE_TEST_SUITE_P(Published, GoldenTest,
                         ::testing::Values(GoldenCase{"mobilenet_v2", 224}, GoldenCase{"mobilenet_v2", 97},
                                           GoldenCase{"efficientnet_lite0", 224}, GoldenCase{"efficientnet_lite0", 97}),
                         [](const auto& golden) {
                           return std::string(golden.param.backbone) + "_" + std::to_string(golden.param.size);
                         });

// The centre 224 x 224 pixels of one photograph through published weights.
void ExpectRealLogits(const std::string& name, const std::filesystem::path& weights,
                      const std::filesystem::path& data) {
  torch::NoGradGuard no_grad;
  dataset::Image image;
  dataset::DecodeImage(dataset::ReadFile(data / "imagenet/n02088364_beagle.JPEG"), {}, &image);
  const BackboneInfo& info = FindBackbone(name);
  const int64_t y = (image.height() - 224) / 2, x = (image.width() - 224) / 2;
  Tensor pixels = torch::from_blob(image.data(), {image.height(), image.width(), 3}, torch::kUInt8)
                      .slice(0, y, y + 224)
                      .slice(1, x, x + 224)
                      .contiguous();
  dataset::Batch batch;
  batch.size = batch.valid = 1;
  batch.height = batch.width = 224;
  batch.channels = 3;
  batch.data = pixels.data_ptr();
  batch.labels = {0};
  Normalization normalization;
  normalization.mean.assign(info.mean.begin(), info.mean.end());
  normalization.std.assign(info.std.begin(), info.std.end());
  const BatchMover mover({}, normalization);
  Classifier model(info, 1000, 224, 0.2, 0);
  LoadWeights(*OpenTensorFile(weights), HeadWeights::kLoad, model);
  model.SetEvaluating();
  ExpectLogits(model.Forward(mover.Move(batch).pixels), name + "-real");
}

TEST(RealWeightsTest, MobileNetV2) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  ExpectRealLogits("mobilenet_v2", data / "weights/mobilenet_v2_imagenet_recovered.pth", data);
}

TEST(RealWeightsTest, EfficientNetLite0) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const auto weights = dataset::testing::SourceDir() / "weights/efficientnet_lite0.pth";
  if (!std::filesystem::exists(weights)) GTEST_SKIP() << "no weights: make weights";
  ExpectRealLogits("efficientnet_lite0", weights, data);
}

// Published counts; the plain networks' by hand.
TEST(BackboneTest, ParameterCounts) {
  const std::map<std::string, int64_t> expected = {
      {"mobilenet_v2", 3504872},
      {"efficientnet_lite0", 4652008},
      // convolutions 896 + 18496 + 73856 + 147584, dense 128 * 9 * 9 * 512 + 512, head 512 * 1000 + 1000
      {"simple_cnn", 240832 + 5308928 + 513000},
      // convolutions 288 + 18432, norms 64 + 128, dense 3136 * 256 + 256, head 256 * 1000 + 1000
      {"small_cnn", 18912 + 803072 + 257000},
  };
  for (const BackboneInfo& info : Backbones()) {
    Classifier model(info, 1000, info.image_size, 0.5, 0);
    int64_t count = 0;
    for (const Tensor& parameter : model.parameters()) count += parameter.numel();
    EXPECT_EQ(count, expected.at(std::string(info.name))) << info.name;
  }
}

TEST(BackboneTest, MobileNetV2HasTorchvisionsNamesAndShapes) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  std::ifstream manifest(data / "../manifests/tv_keys_mobilenet_v2.txt");
  if (!manifest) GTEST_SKIP() << "no manifests beside the test data";
  std::set<std::string> expected, got;
  for (std::string line; std::getline(manifest, line);) {
    if (line.find("(") != std::string::npos) expected.insert(line.substr(0, line.find(')') + 1));
  }
  Classifier model(FindBackbone("mobilenet_v2"), 1000, 224, 0.2, 0);
  for (auto& [name, tensor] : model.State()) {
    std::string shape;
    for (const int64_t side : tensor.sizes()) shape += (shape.empty() ? "" : ", ") + std::to_string(side);
    got.insert(name + " (" + shape + (tensor.dim() == 1 ? ",)" : ")"));
  }
  EXPECT_EQ(got, expected);
}

TEST(BackboneTest, EachTakesItsSmallestImage) {
  torch::NoGradGuard no_grad;
  for (const BackboneInfo& info : Backbones()) {
    Classifier model(info, 3, info.min_image_size, 0.5, 0);
    model.SetEvaluating();
    const Tensor logits = model.Forward(torch::zeros({2, info.channels, info.min_image_size, info.min_image_size}));
    EXPECT_EQ(logits.sizes(), (std::vector<int64_t>{2, 3})) << info.name;
    EXPECT_THROW(Classifier(info, 3, info.min_image_size - 1, 0.5, 0), dataset::Error) << info.name;
  }
}

TEST(BackboneTest, AnUnknownNameIsRefused) { EXPECT_THROW(FindBackbone("mobilenet_v9"), dataset::Error); }

}  // namespace
}  // namespace train
