#include "train/graph/head.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "tests/train/models.h"
#include "train/graph/parameters.h"

namespace train {
namespace {

using Kind = HeadItem::Kind;

HeadItem Dense(int units = 0, std::optional<Activation> activation = std::nullopt) {
  return {.kind = Kind::kDense, .units = units, .activation = activation};
}
HeadItem Conv(int units = 0, std::optional<Activation> activation = std::nullopt) {
  return {.kind = Kind::kConv, .units = units, .activation = activation};
}
HeadItem Dropout(double rate) { return {.kind = Kind::kDropout, .rate = rate}; }
HeadItem Norm() { return {.kind = Kind::kNorm}; }

template <typename Action>
std::string UsageErrorOf(const Action& action) {
  try {
    action();
  } catch (const dataset::Error& error) {
    EXPECT_TRUE(error.usage()) << error.what();
    return error.what();
  }
  return "none";
}

TEST(ParseHeadTest, Items) {
  const std::vector<std::pair<std::string, std::vector<HeadItem>>> cases = {
      {"", {Dense()}},
      {"dense", {Dense()}},
      {"dense:1024:relu", {Dense(1024, Activation::kRelu), Dense()}},
      {"dense:1024:relu,dense", {Dense(1024, Activation::kRelu), Dense()}},
      {"dense:1024:relu,dropout:0.5", {Dense(1024, Activation::kRelu), Dropout(0.5), Dense()}},
      {"dropout:0.25", {Dropout(0.25), Dense()}},
      {"dropout:0", {Dropout(0), Dense()}},
      {"dropout:1e-3,dropout:.5", {Dropout(1e-3), Dropout(0.5), Dense()}},
      {"norm", {Norm(), Dense()}},
      {"norm,dense:1:gelu", {Norm(), Dense(1, Activation::kGelu), Dense()}},
      {"conv", {Conv()}},
      {"conv:relu", {Conv(0, Activation::kRelu)}},
      {"dropout:0.5,conv:relu", {Dropout(0.5), Conv(0, Activation::kRelu)}},
      {"conv:65536,dense:65536", {Conv(65536), Dense(65536), Dense()}},
      {"conv:8:relu6,conv:9:silu,norm,dense:10:sigmoid",
       {Conv(8, Activation::kRelu6), Conv(9, Activation::kSilu), Norm(), Dense(10, Activation::kSigmoid), Dense()}},
      {"dense:2:hardswish,dense:3:hardsigmoid",
       {Dense(2, Activation::kHardSwish), Dense(3, Activation::kHardSigmoid), Dense()}},
  };
  for (const auto& [text, items] : cases) {
    EXPECT_EQ(ParseHead(text), items) << text;
    EXPECT_EQ(ParseHead(FormatHead(items)), items) << text;
  }
}

TEST(ParseHeadTest, OthersAreRefusedAndNamed) {
  const std::string no_layer = "is no layer; dense:UNITS, conv:CHANNELS, norm and dropout:RATE are";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {",", "'' " + no_layer},
      {"dense:10,", "'' " + no_layer},
      {",dense:10", "'' " + no_layer},
      {"dense:10,,dense:10", "'' " + no_layer},
      {" dense:10", "' dense:10' " + no_layer},
      {"Dense:10", "'Dense:10' " + no_layer},
      {"flatten", "'flatten' " + no_layer},
      {"published", "'published' " + no_layer},
      {"1024", "'1024' " + no_layer},
      {":", "':' " + no_layer},
      {"norm:5", "'norm:5' " + no_layer},
      {"dropout", "'dropout' " + no_layer},
      {"dropout:0.5:relu", "'dropout:0.5:relu' " + no_layer},
      {"dropout:", "'dropout:' needs a rate of at least 0 and below 1"},
      {"dropout:1", "'dropout:1' needs a rate"},
      {"dropout:-0.1", "'dropout:-0.1' needs a rate"},
      {"dropout:half", "'dropout:half' needs a rate"},
      {"dropout:0.5x", "'dropout:0.5x' needs a rate"},
      {"dropout:nan", "'dropout:nan' needs a rate"},
      {"dropout:inf", "'dropout:inf' needs a rate"},
      {"dropout:0,5", "'5' " + no_layer},
      {"dense:0", "'dense:0' needs 1 to 65536 units"},
      {"dense:-5", "'dense:-5' needs 1 to 65536 units"},
      {"dense:65537", "'dense:65537' needs 1 to 65536 units"},
      {"dense:1.5", "'dense:1.5' needs 1 to 65536 units"},
      {"dense:+3", "'dense:+3' needs 1 to 65536 units"},
      {"dense:99999999999999999999", "needs 1 to 65536 units"},
      {"conv:0", "'conv:0' needs 1 to 65536 units"},
      {"dense:", "'dense:' needs 1 to 65536 units"},
      {"dense:relu", "'dense:relu' needs a number of units"},
      {"dense:10:rulu", "'dense:10:rulu' has an unknown activation; known are relu, relu6, silu"},
      {"dense:10:", "'dense:10:' has an unknown activation"},
      {"dense:ten", "'dense:ten' has an unknown activation"},
      {"dense:10:relu:0.5", "'dense:10:relu:0.5' has a field too many"},
      {"dense:relu:10", "'dense:relu:10' has a field too many"},
      {"dense,dense", "only the last layer may lack a number of units"},
      {"conv,dropout:0.5", "only the last layer may lack a number of units"},
      {"dense:10,conv:10", "'conv:10' must come before dense and norm, because the pooling follows it"},
      {"norm,conv:10", "'conv:10' must come before dense and norm"},
      {"dense:10,dropout:0.5,conv", "'conv' must come before dense and norm"},
  };
  for (const auto& [text, part] : cases) {
    const std::string message = UsageErrorOf([&text = text] { ParseHead(text); });
    EXPECT_NE(message.find(part), std::string::npos) << text << ": " << message;
    EXPECT_TRUE(message.starts_with("`head`: ")) << message;
  }
}

TEST(ParseHeadTest, AHeadOfAnyLengthIsNotBuilt) {
  std::string text = "norm";
  for (int i = 1; i < 63; ++i) text += ",norm";
  EXPECT_EQ(ParseHead(text).size(), 64u);
  EXPECT_EQ(ParseHead(FormatHead(ParseHead(text))), ParseHead(text));
  EXPECT_EQ(UsageErrorOf([&] { ParseHead(text + ",norm"); }), "`head` has more than 64 layers");
}

TEST(FormatHeadTest, IsReadAsTheSame) {
  const std::vector<HeadItem> items = {Conv(7, Activation::kSilu),  Dropout(1.0 / 3), Norm(),
                                       Dense(5, Activation::kGelu), Dropout(1e-7),    Dense()};
  EXPECT_EQ(ParseHead(FormatHead(items)), items);
  EXPECT_EQ(FormatHead({Dropout(0.5), Dense(10, Activation::kRelu), Dense()}), "dropout:0.5,dense:10:relu,dense");
  EXPECT_EQ(FormatHead({Dropout(0.001), Conv(0, Activation::kRelu)}), "dropout:0.001,conv:relu");
}

TEST(FormatHeadTest, EveryPublishedHeadIsReadAsItself) {
  for (const BackboneInfo& info : Backbones()) {
    for (const VariantInfo& variant : info.variants) {
      const std::vector<HeadItem> items = info.build({.variant = variant.variant}).top.items;
      EXPECT_EQ(ParseHead(FormatHead(items)), items) << info.name;
    }
  }
}

TEST(PoolingTest, Names) {
  EXPECT_EQ(dataset::Names<Pooling>(), (std::vector<std::string>{"avg", "max", "concat", "flatten"}));
  for (const std::string& name : dataset::Names<Pooling>()) {
    EXPECT_EQ(dataset::NameOf(*dataset::ParseName<Pooling>(name)), name);
  }
  EXPECT_EQ(dataset::NameOf(Pooling::kFlatten), "flatten");
  EXPECT_EQ(dataset::ParseName<Pooling>("mean"), std::nullopt);
  EXPECT_EQ(dataset::ParseName<Pooling>(""), std::nullopt);
}

TEST(PublishedHeadTest, Items) {
  struct Case {
    std::string backbone, variant, pooling, items;
  };
  for (const Case& c : std::vector<Case>{
           {"vgg16", "torchvision", "flatten", "dense:4096:relu,dropout:0.5,dense:4096:relu,dropout:0.5,dense"},
           {"vgg16", "keras", "flatten", "dense:4096:relu,dense:4096:relu,dense"},
           {"squeezenet1_1", "torchvision", "avg", "dropout:0.5,conv:relu"},
           {"mobilenet_v3_large", "torchvision", "avg", "dense:1280:hardswish,dropout:0.2,dense"},
           {"convnext_tiny", "torchvision", "avg", "norm,dense"},
           {"mobilenet_v2", "torchvision", "avg", "dropout:0.2,dense"},
           {"resnet50", "keras", "avg", "dense"}}) {
    const Head head = testing::PublishedModel(c.backbone, c.variant, 1000, 224).head;
    EXPECT_EQ(dataset::NameOf(head.pooling), c.pooling) << c.backbone;
    EXPECT_EQ(FormatHead(head.items), c.items) << c.backbone;
  }
}

TEST(DefaultHeadTest, HasDropoutAndTheHiddenLayersThatStay) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"resnet50", "dropout:0.5,dense"},           {"vgg16", "dropout:0.5,dense"},
      {"squeezenet1_1", "dropout:0.5,dense"},      {"mobilenet_v3_large", "dense:1280:hardswish,dropout:0.5,dense"},
      {"convnext_tiny", "norm,dropout:0.5,dense"},
  };
  for (const auto& [backbone, items] : cases) {
    const Head head = testing::DefaultModel(backbone, 10, 224, 0.5).head;
    EXPECT_EQ(FormatHead(head.items), items) << backbone;
    EXPECT_EQ(head.pooling, Pooling::kAvg) << backbone;
  }
  EXPECT_EQ(FormatHead(testing::DefaultModel("resnet50", 10, 224, 0).head.items), "dense");
}

// Returns the tensors of the head, named in PyTorch's spelling, with their shapes.
std::vector<std::string> HeadTensors(const Architecture& architecture) {
  const ModelGraph model = BuildModel(architecture);
  std::vector<std::string> tensors;
  for (const Parameter& parameter : Parameters(model.graph, InferShapes(model.graph, architecture.image_size))) {
    if (parameter.layer < model.head) continue;
    std::string line =
        TensorName(model.graph.layers[static_cast<size_t>(parameter.layer)], parameter.role, Spelling::kTorch);
    for (const int64_t size : parameter.shape) line += " " + std::to_string(size);
    tensors.push_back(line);
  }
  return tensors;
}

Architecture WithHead(const std::string& backbone, const std::string& items, Pooling pooling = Pooling::kAvg) {
  Architecture architecture = testing::DefaultModel(backbone, 10, 224, 0);
  architecture.head = {pooling, ParseHead(items)};
  return architecture;
}

using Lines = std::vector<std::string>;

TEST(HeadNamesTest, DefaultHeads) {
  EXPECT_EQ(HeadTensors(testing::DefaultModel("resnet50", 10, 224, 0.5)), (Lines{"fc.weight 10 2048", "fc.bias 10"}));
  EXPECT_EQ(HeadTensors(testing::DefaultModel("vgg16", 10, 224, 0.5)),
            (Lines{"classifier.6.weight 10 512", "classifier.6.bias 10"}));
  EXPECT_EQ(HeadTensors(testing::DefaultModel("convnext_tiny", 10, 224, 0.5)),
            (Lines{"classifier.0.weight 768", "classifier.0.bias 768", "classifier.2.weight 10 768",
                   "classifier.2.bias 10"}));
  EXPECT_EQ(HeadTensors(testing::DefaultModel("mobilenet_v3_large", 10, 224, 0.5)),
            (Lines{"classifier.0.weight 1280 960", "classifier.0.bias 1280", "classifier.3.weight 10 1280",
                   "classifier.3.bias 10"}));
}

TEST(HeadNamesTest, PublishedHeads) {
  EXPECT_EQ(HeadTensors(testing::PublishedModel("vgg16", "torchvision", 1000, 224)),
            (Lines{"classifier.0.weight 4096 25088", "classifier.0.bias 4096", "classifier.3.weight 4096 4096",
                   "classifier.3.bias 4096", "classifier.6.weight 1000 4096", "classifier.6.bias 1000"}));
  EXPECT_EQ(HeadTensors(testing::PublishedModel("squeezenet1_1", "torchvision", 1000, 224)),
            (Lines{"classifier.1.weight 1000 512 1 1", "classifier.1.bias 1000"}));
}

TEST(HeadNamesTest, CustomHeads) {
  // A head that is as deep as the published one, but has other units, gets the published names.
  EXPECT_EQ(HeadTensors(WithHead("mobilenet_v3_large", "dense:64:relu,dense"))[0], "classifier.0.weight 64 960");
  EXPECT_EQ(HeadTensors(WithHead("resnet50", "dense:64:relu,norm,dense:32,dense")),
            (Lines{"head_1.weight 64 2048", "head_1.bias 64", "head_2.weight 64", "head_2.bias 64",
                   "head_3.weight 32 64", "head_3.bias 32", "fc.weight 10 32", "fc.bias 10"}));
  EXPECT_EQ(HeadTensors(WithHead("resnet50", "conv:64:relu,dense")),
            (Lines{"head_1.weight 64 2048 1 1", "head_1.bias 64", "fc.weight 10 64", "fc.bias 10"}));
  for (const size_t number : {1, 9, 64}) EXPECT_TRUE(IsHiddenName(HiddenName(number)));
  for (const char* name : {"head_", "head_x", "head", "head_1.fc", "head_1a", "fc", ""}) {
    EXPECT_FALSE(IsHiddenName(name)) << name;
  }
}

TEST(AppendHeadTest, PoolsBehindConvolutions) {
  const auto features = [](const Architecture& architecture) {
    const ModelGraph model = BuildModel(architecture);
    return InferShapes(model.graph, architecture.image_size)[static_cast<size_t>(model.head) - 1];
  };
  EXPECT_EQ(features(WithHead("resnet50", "")), (Shape{2048, 0, 0}));
  EXPECT_EQ(features(WithHead("resnet50", "", Pooling::kConcat)), (Shape{4096, 0, 0}));
  EXPECT_EQ(features(WithHead("resnet50", "", Pooling::kFlatten)), (Shape{2048 * 49, 0, 0}));
  EXPECT_EQ(features(WithHead("resnet50", "dropout:0.5,conv:8")), (Shape{2048, 7, 7}));
  for (const char* items : {"", "dense:8", "conv:8", "conv", "dropout:0.1,conv:relu", "conv:8,dropout:0.2,norm"}) {
    const Architecture architecture = WithHead("squeezenet1_1", items, Pooling::kMax);
    EXPECT_EQ(InferShapes(BuildModel(architecture).graph, 224).back(), (Shape{10, 0, 0})) << items;
  }
  EXPECT_EQ(InferShapes(BuildModel(WithHead("resnet50", "conv:8", Pooling::kFlatten)).graph, 224).back(),
            (Shape{10, 0, 0}));
}

TEST(AppendHeadTest, ConvolutionsThatCannotBeAreRefused) {
  for (const char* backbone : {"simple_cnn", "small_cnn"}) {
    EXPECT_EQ(UsageErrorOf([&] { BuildModel(WithHead(backbone, "conv:8")); }),
              "`head`: conv needs a map, but this backbone ends in a dense layer");
  }
  // These poolings do not give one score per class.
  for (const Pooling pooling : {Pooling::kConcat, Pooling::kFlatten}) {
    EXPECT_EQ(UsageErrorOf([&] { BuildModel(WithHead("resnet50", "conv", pooling)); }),
              "`head`: conv as the last layer needs `pooling` avg or max, which make scores of its map");
  }
}

TEST(BuildModelTest, ImageSizesOutOfRangeAreRefused) {
  Architecture architecture = testing::DefaultModel("inception_v3", 10, 74, 0);
  EXPECT_EQ(UsageErrorOf([&] { BuildModel(architecture); }),
            "`image_size` 74 is too small for inception_v3: it must be at least 75");
  architecture.image_size = -1;
  EXPECT_NE(UsageErrorOf([&] { BuildModel(architecture); }), "none");
  architecture.image_size = 8193;
  EXPECT_EQ(UsageErrorOf([&] { BuildModel(architecture); }), "`image_size` 8193 is too large: it must be at most 8192");
}

}  // namespace
}  // namespace train
