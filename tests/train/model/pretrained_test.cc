#include "train/model/pretrained.h"

#include <gtest/gtest.h>

#include <map>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"
#include "tests/train/fake_file.h"
#include "tests/train/models.h"
#include "tests/train/weights/fixtures.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

using testing::ErrorOf;
using Numbers = std::vector<float>;

const Numbers kImageNetMean = {123.675f, 116.28f, 103.53f}, kImageNetStd = {58.395f, 57.12f, 57.375f};

class PretrainedTest : public ::testing::Test {
 protected:
  // Writes weights of the backbone; all are zero and take one byte each.
  static void Save(const std::filesystem::path& path, const std::string& backbone, const std::string& variant,
                   Spelling spelling, const std::map<std::string, std::string>& metadata) {
    const testing::FakeFile fake(testing::PublishedModel(backbone, variant, 1000, 224), spelling);
    std::vector<TensorView> views = fake.tensors();
    std::vector<std::string> storage;
    for (TensorView& view : views) {
      view.dtype = DType::kInt8;
      storage.emplace_back(*TensorBytes(view.shape, view.dtype), '\0');
    }
    for (size_t i = 0; i < views.size(); ++i) views[i].bytes = storage[i];
    std::filesystem::create_directories(path.parent_path());
    WriteSafetensors(path, views, metadata, dataset::Sync::kNo);
  }

  // The tests below open weights of squeezenet1_1, which has one variant, or of efficientnet_b0 in timm's spelling,
  // whose variants have the same tensors.
  void SaveSqueezeNet(const std::map<std::string, std::string>& metadata) {
    Save(dir_ / "w", "squeezenet1_1", "torchvision", Spelling::kTorch, metadata);
  }
  void SaveEfficientNet(const std::map<std::string, std::string>& metadata = {}) {
    Save(dir_ / "model.safetensors", "efficientnet_b0", "torchvision", Spelling::kTimm, metadata);
  }
  void WriteConfig(const std::string& text) { dataset::testing::WriteFile(dir_ / "config.json", text); }

  Pretrained Open(const std::string& file, const std::string& backbone) {
    return OpenPretrained(dir_ / file, FindBackbone(backbone));
  }
  // Opens efficientnet_b0's weights with that config.json beside them.
  Pretrained OpenWith(const std::string& config) {
    if (!std::filesystem::exists(dir_ / "model.safetensors")) SaveEfficientNet();
    WriteConfig(config);
    return Open("model.safetensors", "efficientnet_b0");
  }

  dataset::testing::TempDir dir_;
};

TEST_F(PretrainedTest, WithoutMoreTheVariantDecides) {
  SaveEfficientNet();
  const Pretrained pretrained = Open("model.safetensors", "efficientnet_b0");
  EXPECT_EQ(pretrained.variant->variant, Variant::kTorchvision);
  EXPECT_EQ(pretrained.mean, kImageNetMean);
  EXPECT_EQ(pretrained.stddev, kImageNetStd);
  EXPECT_NE(pretrained.file->Find("conv_stem.weight"), nullptr);
  Save(dir_ / "keras", "mobilenet_v2", "keras", Spelling::kKeras, {});
  const Pretrained keras = Open("keras", "mobilenet_v2");
  EXPECT_EQ(keras.variant->variant, Variant::kKeras);
  EXPECT_EQ(keras.mean, (Numbers{127.5f, 127.5f, 127.5f}));
}

TEST_F(PretrainedTest, OurOwnMetadata) {
  SaveEfficientNet({{"format", "pt"},
                    {"backbone", "efficientnet_b0"},
                    {"variant", "keras"},
                    {"mean", "[1.0,2.5,3.0]"},
                    {"std", "[4.0,5.0,6.0]"}});
  // The metadata counts, not the config.json beside the file.
  WriteConfig(R"({"architecture": "efficientnet_b0", "mean": [0.1, 0.1, 0.1], "std": [0.1, 0.1, 0.1]})");
  const Pretrained pretrained = Open("model.safetensors", "efficientnet_b0");
  EXPECT_EQ(pretrained.variant->variant, Variant::kKeras);
  EXPECT_EQ(pretrained.mean, (Numbers{1, 2.5, 3}));
  EXPECT_EQ(pretrained.stddev, (Numbers{4, 5, 6}));
}

TEST_F(PretrainedTest, OurOwnOfGreyPicturesOrWithoutFixedNormalization) {
  SaveSqueezeNet({{"backbone", "squeezenet1_1"}, {"variant", "torchvision"}, {"mean", "[7.0]"}, {"std", "[8.0]"}});
  const Pretrained grey = Open("w", "squeezenet1_1");
  EXPECT_EQ(grey.mean, (Numbers{7, 7, 7}));
  EXPECT_EQ(grey.stddev, (Numbers{8, 8, 8}));
  SaveSqueezeNet({{"backbone", "squeezenet1_1"}, {"variant", "torchvision"}, {"normalization", "sample"}});
  EXPECT_EQ(Open("w", "squeezenet1_1").mean, kImageNetMean);
  EXPECT_EQ(Open("w", "squeezenet1_1").normalization, "sample");
}

TEST_F(PretrainedTest, DamagedMetadataOfOursIsRefused) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"[1,2]", "[1,2,3]"},
                                                                  {"[1,2,3]", "[]"},
                                                                  {"[1,2,3]", "[1,2,0]"},
                                                                  {"[1,2,3]", "[1,2,-1]"},
                                                                  {"[1,2,3]", "[1,2,1e-9]"},
                                                                  {"[1,2,1e300]", "[1,2,3]"},
                                                                  {"[1,2,1e999]", "[1]"},
                                                                  {"[1,2,\"3\"]", "[1]"},
                                                                  {"[1,2,null]", "[1]"},
                                                                  {"[1,2,[3]]", "[1]"},
                                                                  {"{\"a\": 1}", "[1]"},
                                                                  {"1", "[1]"},
                                                                  {"", "[1]"},
                                                                  {"[1,2,3", "[1,2,3]"},
                                                                  {"[1,2,3,4]", "[1,2,3]"},
                                                                  {std::string(2000, ' ') + "[1]", "[1]"},
                                                                  {std::string(100000, '['), "[1]"}};
  for (const auto& [mean, stddev] : cases) {
    SaveSqueezeNet({{"backbone", "squeezenet1_1"}, {"variant", "torchvision"}, {"mean", mean}, {"std", stddev}});
    const std::string message = ErrorOf([&] { Open("w", "squeezenet1_1"); });
    EXPECT_NE(message.find("/w: its mean and std are not three numbers each, std above 0"), std::string::npos)
        << message;
  }
  SaveSqueezeNet({{"backbone", "squeezenet1_1"}, {"variant", "torchvision"}, {"mean", "[1]"}});
  EXPECT_NE(ErrorOf([&] { Open("w", "squeezenet1_1"); }).find("its mean and std"), std::string::npos);
}

// Metadata of other programs has another meaning.
TEST_F(PretrainedTest, MetadataOfOthersIsIgnored) {
  for (const std::map<std::string, std::string>& metadata :
       std::vector<std::map<std::string, std::string>>{{{"format", "pt"}},
                                                       {{"variant", "keras"}, {"mean", "[0.5]"}, {"std", "[0.5]"}},
                                                       {{"backbone", "resnet50"}, {"variant", "keras"}},
                                                       {{"backbone", "efficientnet_b0"}, {"mean", "x"}},
                                                       {{"backbone", "efficientnet_b0"}, {"variant", "fp16"}},
                                                       {{"backbone", ""}, {"variant", ""}}}) {
    SaveEfficientNet(metadata);
    const Pretrained pretrained = Open("model.safetensors", "efficientnet_b0");
    EXPECT_EQ(pretrained.variant->variant, Variant::kTorchvision);
    EXPECT_EQ(pretrained.mean, kImageNetMean);
  }
}

// The config.json of https://huggingface.co/timm/tf_efficientnet_b0.ns_jft_in1k.
constexpr const char* kTimms = R"({
  "architecture": "tf_efficientnet_b0",
  "num_classes": 1000,
  "num_features": 1280,
  "pretrained_cfg": {
    "tag": "ns_jft_in1k",
    "custom_load": false,
    "input_size": [3, 224, 224],
    "fixed_input_size": false,
    "interpolation": "bicubic",
    "crop_pct": 0.875,
    "crop_mode": "center",
    "mean": [0.485, 0.456, 0.406],
    "std": [0.229, 0.224, 0.225],
    "num_classes": 1000,
    "pool_size": [7, 7],
    "first_conv": "conv_stem",
    "classifier": "classifier"
  }
})";

TEST_F(PretrainedTest, ConfigOfHuggingFace) {
  const Pretrained ported = OpenWith(kTimms);
  EXPECT_EQ(ported.variant->variant, Variant::kKeras);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_FLOAT_EQ(ported.mean[i], kImageNetMean[i]);
    EXPECT_FLOAT_EQ(ported.stddev[i], kImageNetStd[i]);
  }
  const Pretrained own = OpenWith(R"({"architecture": "efficientnet_b0", "num_classes": 1000, "num_features": 1280,
    "pretrained_cfg": {"input_size": [3, 224, 224], "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.25]}})");
  EXPECT_EQ(own.variant->variant, Variant::kTorchvision);
  EXPECT_EQ(own.mean, (Numbers{127.5f, 127.5f, 127.5f}));
  EXPECT_EQ(own.stddev, (Numbers{127.5f, 127.5f, 63.75f}));
}

// Before 2023, mean and std were not inside a pretrained_cfg.
TEST_F(PretrainedTest, OlderConfigOfHuggingFace) {
  const Pretrained pretrained = OpenWith(
      R"({"architecture": "efficientnet_b0", "num_classes": 1000, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]})");
  EXPECT_EQ(pretrained.mean, (Numbers{127.5f, 127.5f, 127.5f}));
}

// The name of an architecture is only a hint: tf_inception_v3 has torchvision's tensors.
TEST_F(PretrainedTest, ConfigOnlyDecidesBetweenEquals) {
  for (const char* name : {"model.safetensors", "pytorch_model.bin"}) {
    Save(dir_ / name, "mobilenet_v3_large", "torchvision", Spelling::kTorch, {});
    WriteConfig(R"({"architecture": "tf_mobilenetv3_large_100"})");
    EXPECT_EQ(Open(name, "mobilenet_v3_large").variant->variant, Variant::kKeras);
    Save(dir_ / name, "squeezenet1_1", "torchvision", Spelling::kTorch, {});
    EXPECT_EQ(Open(name, "squeezenet1_1").variant->variant, Variant::kTorchvision);
    Save(dir_ / name, "inception_v3", "torchvision", Spelling::kTorch, {});
    WriteConfig(R"({"architecture": "tf_inception_v3"})");
    EXPECT_EQ(Open(name, "inception_v3").variant->variant, Variant::kTorchvision);
  }
}

// A folder with weights of several models may also hold a config.json, which does not describe all of them.
TEST_F(PretrainedTest, ConfigIsThatOfHuggingFacesFileAlone) {
  WriteConfig(R"({"architecture": "tf_efficientnet_lite0", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]})");
  for (const char* name : {"mobilenet_v2-b0353104.pth", "weights.safetensors", "my_model.safetensors", "w"}) {
    Save(dir_ / name, "mobilenet_v2", "keras", Spelling::kTorch, {});
    const Pretrained pretrained = Open(name, "mobilenet_v2");
    EXPECT_EQ(pretrained.variant->variant, Variant::kTorchvision) << name;
    EXPECT_EQ(pretrained.mean, kImageNetMean) << name;
  }
}

// Files of timm's releases have such names, and no config.json.
TEST_F(PretrainedTest, AFileNameOfTensorFlowDecidesBetweenEquals) {
  Save(dir_ / "tf_efficientnet_b0_ns-c0e6a31c.pth", "efficientnet_b0", "keras", Spelling::kTimm, {});
  EXPECT_EQ(Open("tf_efficientnet_b0_ns-c0e6a31c.pth", "efficientnet_b0").variant->variant, Variant::kKeras);
  EXPECT_EQ(OpenPretrained(dir_ / "tf_efficientnet_b0_ns-c0e6a31c.pth", FindBackbone("efficientnet_b0"),
                           Variant::kTorchvision)
                .variant->variant,
            Variant::kTorchvision);
}

// The file has a Keras graph's tensors under PyTorch's names; only the caller, with its model.json, knows the variant.
TEST_F(PretrainedTest, TheCallersFavouriteDecidesBetweenEquals) {
  Save(dir_ / "w", "mobilenet_v2", "keras", Spelling::kTorch, {});
  const BackboneInfo& backbone = FindBackbone("mobilenet_v2");
  EXPECT_EQ(OpenPretrained(dir_ / "w", backbone).variant->variant, Variant::kTorchvision);
  EXPECT_EQ(OpenPretrained(dir_ / "w", backbone, Variant::kKeras).variant->variant, Variant::kKeras);
}

TEST_F(PretrainedTest, ConfigOfOthersIsIgnored) {
  const std::vector<std::string> cases = {
      "",
      "{",
      "null",
      "[]",
      "17",
      "\"architecture\"",
      "{}",
      std::string("\0\0\0", 3),
      "\xff\xfe{\"architecture\": \"tf_x\"}",
      std::string(500000, '['),
      "{\"architecture\": \"x\", \"a\": " + std::string(300000, '[') + std::string(300000, ']') + "}",
      "{\"architecture\": \"tf_x\", \"mean\": [1e999, 1, 1], \"std\": [1, 1, 1]}",
      R"({"architectures": ["ResNetForImageClassification"], "model_type": "resnet"})",
      R"({"architecture": 7, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]})",
      R"({"architecture": ["tf_efficientnet_b0"]})",
      R"({"architecture": "x", "pretrained_cfg": [1, 2]})",
      R"({"architecture": "x", "pretrained_cfg": {"mean": [0.5, 0.5, 0.5]}})",
      R"({"architecture": "x", "std": [0.5, 0.5, 0.5]})",
      std::string(kTimms) + std::string(1 << 20, ' ')};
  for (const std::string& config : cases) {
    const Pretrained pretrained = OpenWith(config);
    EXPECT_EQ(pretrained.variant->variant, Variant::kTorchvision) << config.substr(0, 80);
    EXPECT_EQ(pretrained.mean, kImageNetMean) << config.substr(0, 80);
  }
  std::filesystem::remove(dir_ / "config.json");
  std::filesystem::create_directory(dir_ / "config.json");
  EXPECT_EQ(Open("model.safetensors", "efficientnet_b0").mean, kImageNetMean);
}

TEST_F(PretrainedTest, TimmsConfigWithImpossibleNumbersIsRefused) {
  for (const char* numbers :
       {R"("mean": [0.5, 0.5], "std": [0.5, 0.5, 0.5])", R"("mean": 0.5, "std": 0.5)",
        R"("mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0])", R"("mean": [0.5, 0.5, "0.5"], "std": [0.5, 0.5, 0.5])",
        R"("mean": [0.5, 0.5, 1e300], "std": [0.5, 0.5, 0.5])", R"("mean": null, "std": null)"}) {
    const std::string message = ErrorOf(
        [&] { OpenWith(std::string(R"({"architecture": "efficientnet_b0", "pretrained_cfg": {)") + numbers + "}}"); });
    EXPECT_NE(message.find("config.json: its mean and std are not three numbers each, std above 0; mend it or move it"),
              std::string::npos)
        << message;
  }
}

TEST_F(PretrainedTest, FilesThatAreNoWeightsAreRefused) {
  dataset::testing::WriteFile(dir_ / "page", "<html></html>");
  EXPECT_NE(ErrorOf([&] { Open("page", "vgg16"); }).find("an HTML page"), std::string::npos);
  EXPECT_NE(ErrorOf([&] { Open("absent", "vgg16"); }).find("absent"), std::string::npos);
}

}  // namespace
}  // namespace train
