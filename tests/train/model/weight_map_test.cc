#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

#include "tests/testing/testing.h"
#include "tests/train/fake_file.h"
#include "tests/train/models.h"
#include "tests/train/weights/fixtures.h"
#include "train/model/weight_match.h"
#include "train/weights/keras_names.h"

namespace train {
namespace {

using testing::DefaultModel;
using testing::FakeFile;
using testing::PublishedModel;

Architecture Published(const std::string& backbone, const std::string& variant, int classes = 1000) {
  return PublishedModel(backbone, variant, classes, FindVariant(FindBackbone(backbone), variant)->image_size);
}

Architecture Default(const std::string& backbone, const std::string& variant, int classes = 10) {
  Architecture architecture = Published(backbone, variant, classes);
  architecture.head = DefaultHead(BuildBackbone(architecture), 0.5);
  return architecture;
}

// A network, and the map from a file's tensors to its parameters.
struct Mapped {
  Mapped(const Architecture& network, const TensorFile& weights, HeadWeights head)
      : architecture(network),
        file(weights),
        model(BuildModel(architecture)),
        shapes(InferShapes(model.graph, architecture.image_size)),
        parameters(Parameters(model.graph, shapes)),
        map(MapWeights(architecture, model, shapes, parameters, WeightNames(file), head)) {
    EXPECT_EQ(map.sources.size(), parameters.size());
  }
  std::string Explained() const { return ExplainMismatch(architecture, map, WeightNames(file)); }

  // Returns the source of a parameter by the name that dstools gives it.
  const TensorSource& Of(const std::string& name) const {
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (NameOf(i) == name) return map.sources[i];
    }
    throw std::runtime_error("no tensor " + name);
  }
  std::string NameOf(size_t i) const {
    return TensorName(model.graph.layers[static_cast<size_t>(parameters[i].layer)], parameters[i].role,
                      Spelling::kTorch);
  }
  // Returns the names, as dstools gives them, of parameters that keep their values, without counters.
  std::vector<std::string> Kept() const {
    std::vector<std::string> kept;
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (map.sources[i].view == nullptr && parameters[i].role != TensorRole::kBatches) kept.push_back(NameOf(i));
    }
    return kept;
  }

  Architecture architecture;
  const TensorFile& file;
  ModelGraph model;
  std::vector<Shape> shapes;
  std::vector<Parameter> parameters;
  WeightMap map;
};

using Lines = std::vector<std::string>;

// Calls `check(backbone, variant, model)` for each variant; the model has the published head of 1000 classes.
template <typename Check>
void ForEachVariant(const Check& check) {
  for (const BackboneInfo& backbone : Backbones()) {
    for (const VariantInfo& variant : backbone.variants) {
      const std::string name(backbone.name), variant_name(dataset::NameOf(variant.variant));
      SCOPED_TRACE(name + " " + variant_name);
      check(backbone, variant, Published(name, variant_name));
    }
  }
}

Architecture WithClasses(Architecture architecture, int classes) {
  architecture.outputs = classes;
  return architecture;
}

TEST(EveryVariantTest, ItsOwnFilesMapCompletelyInEverySpelling) {
  ForEachVariant([](const BackboneInfo&, const VariantInfo&, const Architecture& model) {
    for (const Spelling spelling : {Spelling::kTorch, Spelling::kTimm, Spelling::kKeras}) {
      const FakeFile file(model, spelling);
      const Mapped mapped(model, file, HeadWeights::kLoad);
      EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
      EXPECT_EQ(mapped.Kept(), Lines{});
      EXPECT_EQ(mapped.map.matched, mapped.map.expected);
      for (size_t i = 0; i < mapped.parameters.size(); ++i) {
        const TensorSource& source = mapped.map.sources[i];
        if (source.view == nullptr) continue;
        const Layer& layer = mapped.model.graph.layers[static_cast<size_t>(mapped.parameters[i].layer)];
        EXPECT_EQ(source.view->name, TensorName(layer, mapped.parameters[i].role, spelling));
        EXPECT_FALSE(source.skip_first);
        EXPECT_FALSE(source.sum_inputs);
      }
    }
  });
}

TEST(EveryVariantTest, ItsOwnFileChoosesIt) {
  ForEachVariant([](const BackboneInfo& backbone, const VariantInfo& variant, const Architecture& model) {
    const Spelling own = variant.variant == Variant::kKeras  ? Spelling::kKeras
                         : variant.variant == Variant::kTimm ? Spelling::kTimm
                                                             : Spelling::kTorch;
    const FakeFile file(model, own);
    EXPECT_EQ(&ChooseVariant(backbone, WeightNames(file)), &variant);
    // timm's files of a graph that is torchvision's.
    if (own == Spelling::kTorch && FindVariant(backbone, "timm") == nullptr) {
      const FakeFile timms(model, Spelling::kTimm);
      EXPECT_EQ(&ChooseVariant(backbone, WeightNames(timms)), &variant);
    }
  });
}

// With kLeave, everything else of a file without a head is taken; with kLoad, the file is refused for what it lacks.
TEST(EveryVariantTest, FilesWithoutTheirHead) {
  ForEachVariant([](const BackboneInfo&, const VariantInfo&, const Architecture& model) {
    const ModelGraph graph = BuildModel(model);
    for (const Spelling spelling : {Spelling::kTorch, Spelling::kKeras}) {
      FakeFile file(model, spelling);
      Lines head;
      for (const Parameter& parameter : Parameters(graph.graph, InferShapes(graph.graph, model.image_size))) {
        if (parameter.layer < graph.head) continue;
        head.push_back(TensorName(graph.graph.layers[static_cast<size_t>(parameter.layer)], parameter.role, spelling));
      }
      file.Erase([&](const std::string& name) { return std::find(head.begin(), head.end(), name) != head.end(); });
      const Mapped left(WithClasses(model, 10), file, HeadWeights::kLeave);
      EXPECT_TRUE(left.map.fits()) << left.Explained();
      EXPECT_EQ(left.Kept().size(), head.size());
      const Mapped loaded(model, file, HeadWeights::kLoad);
      ASSERT_EQ(loaded.map.missing.size(), head.size());
      for (size_t i = 0; i < head.size(); ++i) EXPECT_EQ(loaded.map.missing[i], "'" + head[i] + "'");
    }
  });
}

TEST(EveryVariantTest, OneClassMoreIsTheBackground) {
  ForEachVariant([](const BackboneInfo&, const VariantInfo&, const Architecture& model) {
    for (const Spelling spelling : {Spelling::kTorch, Spelling::kKeras}) {
      const FakeFile file(WithClasses(model, 1001), spelling), larger(WithClasses(model, 1002), spelling);
      const Mapped mapped(model, file, HeadWeights::kLoad);
      EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
      size_t skipped = 0;
      for (const TensorSource& source : mapped.map.sources) skipped += source.skip_first;
      EXPECT_EQ(skipped, 2u);
      EXPECT_EQ(Mapped(model, larger, HeadWeights::kLoad).map.misshapen.size(), 2u);
    }
  });
}

TEST(EveryVariantTest, CountersOfBatchesMayLack) {
  ForEachVariant([](const BackboneInfo&, const VariantInfo&, const Architecture& model) {
    FakeFile file(model, Spelling::kTorch);
    file.Erase([](const std::string& name) { return name.ends_with("num_batches_tracked"); });
    EXPECT_TRUE(Mapped(model, file, HeadWeights::kLoad).map.fits());
  });
}

TEST(EveryVariantTest, GreyInputsSumTheColours) {
  ForEachVariant([](const BackboneInfo& backbone, const VariantInfo&, const Architecture& model) {
    if (backbone.channels != 3) return;
    Architecture grey = model;
    grey.channels = 1;
    for (const Spelling spelling : {Spelling::kTorch, Spelling::kKeras}) {
      const FakeFile colour(model, spelling), own(grey, spelling);
      const Mapped mapped(grey, colour, HeadWeights::kLoad);
      EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
      size_t summed = 0;
      for (const TensorSource& source : mapped.map.sources) summed += source.sum_inputs;
      EXPECT_EQ(summed, 1u);
      EXPECT_TRUE(Mapped(grey, own, HeadWeights::kLoad).map.fits());
      // The other way round fails, since a grey file has no colours.
      EXPECT_EQ(Mapped(model, own, HeadWeights::kLoad).map.misshapen.size(), 1u);
    }
  });
}

TEST(EveryVariantTest, OnlyKerasFilesOfSomeWantBlueFirst) {
  ForEachVariant([](const BackboneInfo&, const VariantInfo& variant, const Architecture& model) {
    for (const Spelling spelling : {Spelling::kTorch, Spelling::kKeras}) {
      const FakeFile file(model, spelling);
      size_t reversed = 0;
      for (const TensorSource& source : Mapped(model, file, HeadWeights::kLoad).map.sources) {
        reversed += source.reverse_inputs;
      }
      EXPECT_EQ(reversed, variant.bgr && spelling == Spelling::kKeras ? 1u : 0u);
    }
  });
}

TEST(WeightMapTest, LayoutsOfKeras) {
  const Architecture resnext = Published("resnext50_32x4d", "keras");
  const FakeFile file(resnext, Spelling::kKeras);
  const Mapped grouped(resnext, file, HeadWeights::kLoad);
  EXPECT_EQ(grouped.Of("layer1.0.conv2.weight").layout, Layout::kGrouped);
  EXPECT_EQ(grouped.Of("layer1.0.conv1.weight").layout, Layout::kHwio);
  EXPECT_EQ(grouped.Of("layer1.0.bn1.weight").layout, Layout::kSame);
  EXPECT_EQ(grouped.Of("fc.weight").layout, Layout::kTransposed);
  const Architecture xception = Published("xception", "keras");
  const FakeFile separable(xception, Spelling::kKeras);
  const Mapped mapped(xception, separable, HeadWeights::kLoad);
  EXPECT_EQ(mapped.Of("block1.rep.0.conv1.weight").layout, Layout::kDepthwise);
  EXPECT_EQ(mapped.Of("block1.rep.0.pointwise.weight").layout, Layout::kHwio);
  EXPECT_EQ(mapped.Of("block1.rep.0.pointwise.weight").view->name, "block2_sepconv1/pointwise_kernel");
}

// Keras flattens a map in HWC order, also if there is dropout before the dense layer.
TEST(WeightMapTest, DenseLayersBehindAFlattenedMap) {
  for (const char* head : {"dense:4096:relu,dense:4096:relu", "dropout:0.1,dense:4096:relu,dense:4096:relu"}) {
    Architecture vgg = Published("vgg16", "keras");
    vgg.head.items = ParseHead(head);
    const FakeFile file(vgg, Spelling::kKeras);
    const Mapped mapped(vgg, file, HeadWeights::kLoad);
    EXPECT_EQ(mapped.Of("classifier.0.weight").layout, Layout::kHwcDense);
    EXPECT_EQ(mapped.Of("classifier.0.weight").map, (Shape{512, 7, 7}));
    EXPECT_EQ(mapped.Of("classifier.3.weight").layout, Layout::kTransposed);
    // A map of one pixel has the same order everywhere.
    vgg.image_size = 32;
    const FakeFile small(vgg, Spelling::kKeras);
    EXPECT_EQ(Mapped(vgg, small, HeadWeights::kLoad).Of("classifier.0.weight").layout, Layout::kTransposed);
  }
}

TEST(WeightMapTest, DenseLayersThatAreStoredAsConvolutions) {
  FakeFile timms(Published("vgg16", "torchvision"), Spelling::kTimm);
  timms.shape("pre_logits.fc1.weight") = {4096, 512, 7, 7};
  timms.shape("pre_logits.fc2.weight") = {4096, 4096, 1, 1};
  EXPECT_TRUE(Mapped(Published("vgg16", "torchvision"), timms, HeadWeights::kLoad).map.fits());
  timms.shape("pre_logits.fc2.weight") = {1, 4096, 4096, 1};
  const Mapped turned(Published("vgg16", "torchvision"), timms, HeadWeights::kLoad);
  EXPECT_TRUE(turned.map.fits());  // but for dimensions of 1 it is the same
  timms.shape("pre_logits.fc2.weight") = {4096, 64, 64, 2};
  EXPECT_EQ(Mapped(Published("vgg16", "torchvision"), timms, HeadWeights::kLoad).map.misshapen,
            (Lines{"'pre_logits.fc2.weight' [4096, 64, 64, 2] instead of [4096, 4096]"}));

  FakeFile keras(Published("mobilenet", "keras"), Spelling::kKeras);
  keras.shape("conv_preds/kernel") = {1, 1, 1024, 1000};
  EXPECT_TRUE(Mapped(Published("mobilenet", "keras"), keras, HeadWeights::kLoad).map.fits());
  keras.shape("conv_preds/kernel") = {1, 1, 1024, 1001};
  keras.shape("conv_preds/bias") = {1001};
  EXPECT_TRUE(Mapped(Published("mobilenet", "keras"), keras, HeadWeights::kLoad).Of("classifier.weight").skip_first);
  keras.shape("conv_preds/kernel") = {1024, 1000, 1, 1};
  EXPECT_FALSE(Mapped(Published("mobilenet", "keras"), keras, HeadWeights::kLoad).map.fits());
}

// The loader permutes four dimensions of Keras' convolutions, so they must have four.
TEST(WeightMapTest, KerasConvolutionsHaveFourDimensions) {
  const Architecture model = Published("mobilenet_v2", "keras");
  for (const auto& [name, shape] : std::vector<std::pair<std::string, std::vector<int64_t>>>{
           {"Conv_1/kernel", {320, 1280}},
           {"Conv_1/kernel", {320, 1280, 1, 1}},
           {"expanded_conv_depthwise/depthwise_kernel", {3, 3, 32}},
           {"expanded_conv_depthwise/depthwise_kernel", {3, 3, 1, 32}},
           {"predictions/kernel", {1000, 1280}},
           {"predictions/kernel", {}}}) {
    FakeFile file(model, Spelling::kKeras);
    file.shape(name) = shape;
    EXPECT_EQ(Mapped(model, file, HeadWeights::kLoad).map.misshapen.size(), 1u) << name;
  }
}

TEST(WeightMapTest, OldNamesOfDenseNet) {
  FakeFile file(Published("densenet121", "torchvision"), Spelling::kTorch);
  // denselayer1.norm1.weight was denselayer1.norm.1.weight.
  file.Rename([](const std::string& name) {
    return std::regex_replace(name, std::regex(R"((denselayer\d+\.(norm|conv))([12]))"), "$1.$3");
  });
  ASSERT_NE(file.Find("features.denseblock1.denselayer2.norm.2.weight"), nullptr);
  const Mapped mapped(Published("densenet121", "torchvision"), file, HeadWeights::kLoad);
  EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
  EXPECT_EQ(&ChooseVariant(FindBackbone("densenet121"), WeightNames(file)),
            &FindBackbone("densenet121").variants.front());
}

TEST(WeightMapTest, OldNamesOfKeras) {
  const auto key = [](const std::string& name) { return WeightNames::KeyOf(name); };
  EXPECT_EQ(key("conv1/conv/kernel"), key("conv1_conv/kernel"));
  EXPECT_EQ(key("Conv/BatchNorm/gamma"), key("conv_bn/gamma"));
  EXPECT_EQ(key("expanded_conv_3/squeeze_excite/Conv_1/bias"), key("expanded_conv_3_squeeze_excite_conv_1/bias"));
  EXPECT_EQ(key("expanded_conv/depthwise/BatchNorm/moving_mean"), key("expanded_conv_depthwise_bn/moving_mean"));
  EXPECT_EQ(key("Logits/kernel"), key("logits/kernel"));
  EXPECT_EQ(key("features.Conv.weight"), "features.Conv.weight");
  EXPECT_EQ(key(""), "");
  EXPECT_EQ(key("/"), "/");
  EXPECT_EQ(key("denselayer.norm."), "denselayer.norm.");
}

// A file in the naming of Keras 2, as Keras' published one.
TEST(WeightMapTest, MobileNetV3OfKeras2) {
  FakeFile file(Published("mobilenet_v3_large", "keras"), Spelling::kKeras);
  file.Rename([](std::string name) {
    for (const auto& [now, old] :
         std::vector<std::pair<std::string, std::string>>{{"_bn/", "/BatchNorm/"},
                                                          {"^conv", "Conv"},
                                                          {"^logits", "Logits"},
                                                          {"excite_conv", "excite/Conv"},
                                                          {R"(^(expanded_conv(_\d+)?)_)", "$1/"}}) {
      name = std::regex_replace(name, std::regex(now), old);
    }
    return name;
  });
  for (const char* name : {"Conv/BatchNorm/gamma", "expanded_conv/depthwise/depthwise_kernel", "Conv_2/kernel",
                           "expanded_conv_11/squeeze_excite/Conv_1/bias", "expanded_conv_1/expand/BatchNorm/beta"}) {
    EXPECT_NE(file.Find(name), nullptr) << name;
  }
  const Mapped mapped(Published("mobilenet_v3_large", "keras"), file, HeadWeights::kLoad);
  EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
}

// The names and shapes of the files on Keras' site.
TEST(WeightMapTest, PublishedKerasFiles) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const std::vector<std::pair<std::string, std::string>> files = {{"DenseNet121", "densenet121"},
                                                                  {"DenseNet169", "densenet169"},
                                                                  {"DenseNet201", "densenet201"},
                                                                  {"InceptionResNetV2", "inception_resnet_v2"},
                                                                  {"InceptionV3", "inception_v3"},
                                                                  {"MobileNet", "mobilenet"},
                                                                  {"MobileNetV2", "mobilenet_v2"},
                                                                  {"NASNetLarge", "nasnet_large"},
                                                                  {"NASNetMobile", "nasnet_mobile"},
                                                                  {"ResNeXt101", "resnext101_32x4d"},
                                                                  {"ResNeXt50", "resnext50_32x4d"},
                                                                  {"ResNet101", "resnet101"},
                                                                  {"ResNet101V2", "resnet101_v2"},
                                                                  {"ResNet152", "resnet152"},
                                                                  {"ResNet152V2", "resnet152_v2"},
                                                                  {"ResNet50", "resnet50"},
                                                                  {"ResNet50V2", "resnet50_v2"},
                                                                  {"VGG16", "vgg16"},
                                                                  {"VGG19", "vgg19"},
                                                                  {"Xception", "xception"}};
  for (const auto& [name, backbone] : files) {
    std::ifstream manifest(data / ("../manifests/keras_layers_" + name + ".txt"));
    if (!manifest) GTEST_SKIP() << "no manifests beside the test data";
    // "conv1/conv/kernel (7, 7, 3, 64)"
    Lines weights, groups;
    std::vector<std::vector<int64_t>> shapes;
    for (std::string line; std::getline(manifest, line);) {
      const size_t blank = line.find(" (");
      if (blank == line.npos) continue;
      weights.push_back(line.substr(0, blank));
      groups.push_back(weights.back().substr(0, weights.back().rfind('/')));
      std::istringstream numbers(line.substr(blank + 2));
      shapes.emplace_back();
      for (int64_t number = 0; numbers >> number;) {
        shapes.back().push_back(number);
        numbers.ignore(1);
      }
    }
    std::vector<KerasWeight> named;
    for (size_t i = 0; i < weights.size(); ++i) named.push_back({groups[i], weights[i]});
    const Lines names = KerasTensorNames(named);
    FakeFile file;
    for (size_t i = 0; i < names.size(); ++i) file.Add(names[i], shapes[i]);
    const Mapped mapped(Published(backbone, "keras"), file, HeadWeights::kLoad);
    EXPECT_TRUE(mapped.map.fits()) << name << ": " << mapped.Explained();
    EXPECT_EQ(ChooseVariant(FindBackbone(backbone), WeightNames(file)).variant, Variant::kKeras) << name;
  }
}

TEST(WeightMapTest, SecondClassifiersAreLeftOut) {
  FakeFile file(Published("inception_v3", "torchvision"), Spelling::kTorch);
  file.Add("AuxLogits.conv0.conv.weight", {128, 768, 1, 1}).Add("AuxLogits.fc.weight", {1000, 768});
  EXPECT_TRUE(Mapped(Published("inception_v3", "torchvision"), file, HeadWeights::kLoad).map.fits());
}

TEST(WeightMapTest, DepthwiseKernelsOfKeras3) {
  FakeFile file(Published("mobilenet_v2", "keras"), Spelling::kKeras);
  file.Rename(
      [](const std::string& name) { return std::regex_replace(name, std::regex("/depthwise_kernel$"), "/kernel"); });
  EXPECT_TRUE(Mapped(Published("mobilenet_v2", "keras"), file, HeadWeights::kLoad).map.fits());
}

TEST(WeightMapTest, LayerScalesOfKeras3) {
  FakeFile file(Published("convnext_tiny", "keras"), Spelling::kKeras);
  int number = 0;
  file.Rename([&](const std::string& name) {
    if (!name.ends_with("_layer_scale/gamma")) return name;
    const std::string suffix = number == 0 ? "" : "_" + std::to_string(number);
    ++number;
    return name.substr(0, name.rfind('/')) + "/variable" + suffix;
  });
  EXPECT_EQ(number, 18);
  const Mapped mapped(Published("convnext_tiny", "keras"), file, HeadWeights::kLoad);
  EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
  EXPECT_EQ(mapped.Of("features.1.2.layer_scale").view->name.substr(0, 51),
            "convnext_tiny_stage_0_block_2_layer_scale/variable_");
}

TEST(WeightMapTest, ConstantsOfKerasInputLayersAreLeftOut) {
  FakeFile file(Published("efficientnet_b0", "keras"), Spelling::kKeras);
  file.Add("normalization/mean", {3}).Add("normalization/variance", {3}).Add("normalization/count", {});
  for (const HeadWeights head : {HeadWeights::kLoad, HeadWeights::kLeave}) {
    EXPECT_TRUE(Mapped(Published("efficientnet_b0", "keras"), file, head).map.fits());
  }
}

// Keras' ConvNeXt without its top ends in a norm that belongs to the head here.
TEST(WeightMapTest, ConvNeXtWithoutItsTop) {
  FakeFile file(Published("convnext_tiny", "keras"), Spelling::kKeras);
  file.Erase([](const std::string& name) { return name.find("_head_") != name.npos; });
  file.Add("layer_normalization/gamma", {768}).Add("layer_normalization/beta", {768});
  const Mapped mapped(Default("convnext_tiny", "keras"), file, HeadWeights::kLeave);
  EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
  EXPECT_EQ(mapped.Of("classifier.0.weight").view->name, "layer_normalization/gamma");
  EXPECT_EQ(mapped.Kept(), (Lines{"classifier.2.weight", "classifier.2.bias"}));
  Architecture bare = Default("convnext_tiny", "keras");
  bare.head.items = ParseHead("dense:8:relu");
  EXPECT_TRUE(Mapped(bare, file, HeadWeights::kLeave).map.fits());
}

// The network as a part of another one, as frameworks, self-supervised learning and detectors have it.
TEST(WeightMapTest, ThePrefixOfTheNetworkIsFound) {
  for (const char* prefix :
       {"model.", "backbone.", "encoder.", "net.", "module.encoder_q.", "student.backbone.", "0."}) {
    for (const auto& [backbone, variant] : std::vector<std::pair<std::string, std::string>>{
             {"resnet18", "torchvision"}, {"mobilenet_v2", "torchvision"}, {"densenet121", "torchvision"}}) {
      const Architecture model = Published(backbone, variant);
      FakeFile file(model, Spelling::kTorch);
      file.Rename([&](const std::string& name) { return prefix + name; });
      file.Add("criterion.weight", {1000}).Add("loss_fn.pos_weight", {3}).Add("projector.0.weight", {128, 512});
      const Mapped mapped(Default(backbone, variant), file, HeadWeights::kLeave);
      EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
      EXPECT_EQ(mapped.map.prefix, prefix);
      EXPECT_EQ(mapped.map.left, (Lines{"criterion.weight", "loss_fn.pos_weight", "projector.0.weight"}));
      EXPECT_EQ(ChooseVariant(FindBackbone(backbone), WeightNames(file)).variant, model.variant->variant);
      // What is missing or too much within the part is an error as ever.
      file.Add(prefix + std::string("attention.weight"), {1});
      EXPECT_EQ(Mapped(Default(backbone, variant), file, HeadWeights::kLeave).map.extra,
                (Lines{"'" + std::string(prefix) + "attention.weight'"}));
    }
  }
  // A larger network of the family is not taken for a smaller one.
  FakeFile larger(Published("resnet34", "torchvision"), Spelling::kTorch);
  larger.Rename([](const std::string& name) { return "backbone." + name; });
  EXPECT_FALSE(Mapped(Default("resnet18", "torchvision"), larger, HeadWeights::kLeave).map.fits());
}

TEST(WeightMapTest, OfTwoNetworksTheAveragedOneIsTaken) {
  const Architecture model = Default("resnet18", "torchvision");
  for (const auto& [raw, averaged] : std::vector<std::pair<std::string, std::string>>{
           {"model.", "model_ema."}, {"", "ema."}, {"net.", "ema_model.module."}, {"a.", "zz.ema."}}) {
    FakeFile file(model, Spelling::kTorch);
    const std::vector<TensorView> views = file.tensors();
    file.Rename([&raw = raw](const std::string& name) { return raw + name; });
    for (const TensorView& view : views) file.Add(averaged + view.name, view.shape);
    const Mapped mapped(model, file, HeadWeights::kLeave);
    EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
    EXPECT_EQ(mapped.map.prefix, averaged);
    EXPECT_EQ(mapped.map.left.size(), views.size());
  }
  // Half of an averaged network, and a word that only holds these letters.
  for (const std::string other : {"model_ema.", "schema."}) {
    FakeFile file(model, Spelling::kTorch);
    const std::vector<TensorView> views = file.tensors();
    file.Rename([](const std::string& name) { return "model." + name; });
    const size_t some = other == "schema." ? views.size() : views.size() / 2;
    for (size_t i = 0; i < some; ++i) file.Add(other + views[i].name, views[i].shape);
    EXPECT_EQ(Mapped(model, file, HeadWeights::kLeave).map.prefix, "model.") << other;
  }
}

// thop counts operations in buffers of every layer, and leaves them in the file.
TEST(WeightMapTest, CountersOfThopAreLeftOut) {
  FakeFile file(Published("resnet18", "torchvision"), Spelling::kTorch);
  std::set<std::string> layers;
  for (const TensorView& view : file.tensors()) layers.insert(view.name.substr(0, view.name.rfind('.') + 1));
  layers.insert({"", "layer1.", "layer1.0.", "relu."});
  for (const std::string& layer : layers) file.Add(layer + "total_ops", {1}).Add(layer + "total_params", {1});
  for (const HeadWeights head : {HeadWeights::kLoad, HeadWeights::kLeave}) {
    const Mapped mapped(Published("resnet18", "torchvision"), file, head);
    EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
  }
}

TEST(WeightMapTest, SaysWhatTheFileHasForOtherClasses) {
  const FakeFile file(Published("vgg16", "torchvision"), Spelling::kTorch);
  Architecture model = Published("vgg16", "torchvision", 10);
  EXPECT_TRUE(Mapped(model, file, HeadWeights::kLeave).Of("classifier.6.weight").differs);
  model.head.items = ParseHead("dense:64:relu,dense:4096:relu");
  const Mapped mapped(model, file, HeadWeights::kLeave);
  EXPECT_TRUE(mapped.Of("classifier.0.weight").differs);
  EXPECT_TRUE(mapped.Of("classifier.6.bias").differs);
  FakeFile headless(Published("resnet18", "torchvision"), Spelling::kTorch);
  headless.Erase([](const std::string& name) { return name.starts_with("fc."); });
  EXPECT_FALSE(Mapped(Default("resnet18", "torchvision"), headless, HeadWeights::kLeave).Of("fc.weight").differs);
}

// A run's own file is one of the same network: what published files may do is a mistake there.
TEST(WeightMapTest, OwnFilesHaveTheNetworksShapes) {
  const Architecture model = Published("resnet18", "torchvision", 4);
  Architecture grey = model;
  grey.channels = 1;
  const FakeFile own(model, Spelling::kTorch), larger(WithClasses(model, 5), Spelling::kTorch);
  EXPECT_TRUE(Mapped(model, own, HeadWeights::kOwn).map.fits());
  EXPECT_TRUE(Mapped(model, larger, HeadWeights::kLoad).map.fits());
  EXPECT_EQ(Mapped(model, larger, HeadWeights::kOwn).map.misshapen,
            (Lines{"'fc.weight' [5, 512] instead of [4, 512]", "'fc.bias' [5] instead of [4]"}));
  EXPECT_EQ(Mapped(grey, own, HeadWeights::kOwn).map.misshapen,
            (Lines{"'conv1.weight' [64, 3, 7, 7] instead of [64, 1, 7, 7]"}));
  FakeFile headless(model, Spelling::kTorch);
  headless.Erase([](const std::string& name) { return name == "fc.bias"; });
  EXPECT_EQ(Mapped(model, headless, HeadWeights::kOwn).map.missing, (Lines{"'fc.bias'"}));
}

TEST(WeightMapTest, KLeaveKeepsTheClassesEvenWhereTheyFit) {
  const Architecture model = Default("resnet50", "torchvision", 1000);
  const FakeFile file(Published("resnet50", "torchvision"), Spelling::kTorch);
  EXPECT_EQ(Mapped(model, file, HeadWeights::kLeave).Kept(), (Lines{"fc.weight", "fc.bias"}));
  EXPECT_EQ(Mapped(model, file, HeadWeights::kLoad).Kept(), Lines{});
}

TEST(WeightMapTest, KLeaveTakesHiddenLayersThatFit) {
  // This must hold in every spelling, although VGG's spellings differ only in the head.
  for (const Spelling spelling : {Spelling::kTorch, Spelling::kTimm, Spelling::kKeras}) {
    const FakeFile file(Published("vgg16", "torchvision"), spelling);
    const Mapped mapped(Published("vgg16", "torchvision", 10), file, HeadWeights::kLeave);
    EXPECT_TRUE(mapped.map.fits());
    EXPECT_EQ(mapped.Kept(), (Lines{"classifier.6.weight", "classifier.6.bias"}));
  }
  Architecture model = Default("mobilenet_v3_large", "torchvision");
  const FakeFile file(Published("mobilenet_v3_large", "torchvision"), Spelling::kTorch);
  EXPECT_EQ(Mapped(model, file, HeadWeights::kLeave).Kept(), (Lines{"classifier.3.weight", "classifier.3.bias"}));
  // A layer takes both of its tensors or neither.
  model.head.items = ParseHead("dense:64:hardswish");
  EXPECT_EQ(Mapped(model, file, HeadWeights::kLeave).Kept(),
            (Lines{"classifier.0.weight", "classifier.0.bias", "classifier.3.weight", "classifier.3.bias"}));
}

// The hidden layers of the head of an earlier run must not be taken for a part of the backbone.
TEST(WeightMapTest, FormerHeadsAreLeftOut) {
  Architecture former = Default("resnet50", "torchvision");
  former.head.items = ParseHead("dense:64:relu,norm,dense:32");
  const FakeFile file(former, Spelling::kTorch);
  ASSERT_NE(file.Find("head_3.weight"), nullptr);
  const Mapped mapped(Default("resnet50", "torchvision"), file, HeadWeights::kLeave);
  EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
  EXPECT_EQ(Mapped(Default("resnet50", "torchvision"), file, HeadWeights::kLoad).map.extra,
            (Lines{"'head_1.bias'", "'head_1.weight'", "'head_2.bias'", "'head_2.weight'", "'head_3.bias'",
                   "'head_3.weight'"}));
  // A model with the same head takes them.
  EXPECT_EQ(Mapped(former, file, HeadWeights::kLeave).Kept(), (Lines{"fc.weight", "fc.bias"}));
}

// Fine-tuning scripts write heads such as model.fc = Sequential(...) or, in Keras, Dense(5) without a name.
TEST(WeightMapTest, OtherProgramsHeadsAreLeftOut) {
  for (const char* name : {"fc.0.weight", "fc.4.block.weight", "head.fc.2.bias", "classifier.1.0.weight",
                           "dense/kernel", "dense_1/bias", "dense_17/kernel"}) {
    FakeFile file(Published("resnet50", name[0] == 'd' ? "keras" : "torchvision"),
                  name[0] == 'd' ? Spelling::kKeras : Spelling::kTorch);
    file.Erase([](const std::string& own) { return own.starts_with("fc.") || own.starts_with("predictions/"); });
    file.Add(name, {5, 512});
    const std::string variant = name[0] == 'd' ? "keras" : "torchvision";
    const Mapped mapped(Default("resnet50", variant), file, HeadWeights::kLeave);
    EXPECT_TRUE(mapped.map.fits()) << mapped.Explained();
    EXPECT_EQ(Mapped(Default("resnet50", variant), file, HeadWeights::kLoad).map.extra.size(), 1u) << name;
  }
  for (const char* name : {"fcs.0.weight", "layer5.fc.weight", "dense_/kernel", "dense_x/kernel", "dense_1b/kernel",
                           "densely/kernel", "my_dense/kernel", "dense", "dense.weight", "dense/kernel/0"}) {
    FakeFile file(Published("resnet50", "keras"), Spelling::kKeras);
    file.Add(name, {5, 512});
    EXPECT_EQ(Mapped(Default("resnet50", "keras"), file, HeadWeights::kLeave).map.extra.size(), 1u) << name;
  }
}

TEST(WeightMapTest, TwoNamesOfOneTensorAreRefused) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"features.denseblock1.denselayer1.norm.1.weight", "features.denseblock1.denselayer1.norm1.weight"},
      {"Conv1/kernel", "conv1/kernel"},
      {"conv1/conv/kernel", "conv1_conv/kernel"}};
  for (const auto& [first, second] : cases) {
    FakeFile file;
    file.Add(first, {1}).Add(second, {1});
    const std::string error = testing::ErrorOf([&] { WeightNames{file}; });
    EXPECT_EQ(error, "fake: has both '" + first + "' and '" + second +
                         "', an old and a new name of one tensor; remove one of them");
  }
}

TEST(WeightMapTest, OneScoreOfTwoClassesHasNoBackground) {
  Architecture model = Published("resnet18", "torchvision");
  model.outputs = 1;
  const FakeFile file(Published("resnet18", "torchvision", 2), Spelling::kTorch);
  EXPECT_EQ(Mapped(model, file, HeadWeights::kLoad).map.misshapen,
            (Lines{"'fc.weight' [2, 512] instead of [1, 512]", "'fc.bias' [2] instead of [1]"}));
}

TEST(WeightMapTest, HeadsOfOtherNames) {
  for (const char* name : {"fc", "last_linear", "classifier", "head.fc", "_fc"}) {
    FakeFile file(Published("resnet18", "torchvision"), Spelling::kTorch);
    file.Rename([&](const std::string& old) { return old.starts_with("fc.") ? name + old.substr(2) : old; });
    EXPECT_TRUE(Mapped(Published("resnet18", "torchvision"), file, HeadWeights::kLoad).map.fits()) << name;
    EXPECT_TRUE(Mapped(Default("resnet18", "torchvision"), file, HeadWeights::kLeave).map.fits()) << name;
  }
}

TEST(ExplainMismatchTest, NamesTheBackboneThatFits) {
  struct Case {
    std::string given, variant;
    Spelling spelling;
    std::string taken_for;
  };
  for (const Case& c : std::vector<Case>{{"resnet50", "torchvision", Spelling::kTorch, "resnet101"},
                                         {"resnet101", "torchvision", Spelling::kTorch, "resnet50"},
                                         {"resnet18", "torchvision", Spelling::kTorch, "resnet34"},
                                         {"mobilenet_v2", "torchvision", Spelling::kTimm, "mobilenet_v3_large"},
                                         {"vgg19", "keras", Spelling::kKeras, "vgg16"},
                                         {"vgg16", "keras", Spelling::kKeras, "vgg19"},
                                         {"densenet169", "keras", Spelling::kKeras, "densenet121"},
                                         {"efficientnet_lite0", "tensorflow", Spelling::kTimm, "efficientnet_b0"},
                                         {"nasnet_mobile", "keras", Spelling::kKeras, "nasnet_large"},
                                         {"resnext50_32x4d", "torchvision", Spelling::kTorch, "resnet50"},
                                         {"small_cnn", "dstools", Spelling::kTorch, "simple_cnn"}}) {
    const FakeFile file(Published(c.given, c.variant), c.spelling);
    const Architecture wrong =
        Default(c.taken_for, std::string(dataset::NameOf(FindBackbone(c.taken_for).variants.front().variant)), 1000);
    EXPECT_FALSE(Mapped(wrong, file, HeadWeights::kLoad).map.fits()) << c.given;
    const Mapped mapped(wrong, file, HeadWeights::kLeave);
    EXPECT_FALSE(mapped.map.fits()) << c.given;
    const std::string explanation = mapped.Explained();
    EXPECT_TRUE(explanation.starts_with("these are no weights of " + c.taken_for + "; ")) << explanation;
    EXPECT_TRUE(explanation.ends_with("; they fit `backbone` " + c.given)) << explanation;
  }
}

TEST(ExplainMismatchTest, TheBestOfThoseThatAlmostFit) {
  FakeFile file(Published("resnet50", "torchvision"), Spelling::kTorch);
  file.Add("attention.weight", {1});
  const Mapped mapped(Default("resnet101", "torchvision"), file, HeadWeights::kLeave);
  EXPECT_TRUE(mapped.Explained().ends_with("unknown: 'attention.weight'; they fit `backbone` resnet50 better"))
      << mapped.Explained();
  const Mapped own(Default("resnet50", "torchvision"), file, HeadWeights::kLeave);
  EXPECT_EQ(own.Explained(), "these are no weights of resnet50; unknown: 'attention.weight'");
}

TEST(ExplainMismatchTest, IsOneLineWhateverTheNames) {
  FakeFile file;
  for (int i = 0; i < 7; ++i) file.Add("layer\n\x1b[31m" + std::to_string(i), {1});
  file.Add(std::string(500, 'x'), {2}).Add("", {3}).Add("/", {}).Add(".", {});
  const Mapped mapped(Default("resnet18", "torchvision"), file, HeadWeights::kLeave);
  const std::string explanation = mapped.Explained();
  EXPECT_EQ(explanation.find('\n'), std::string::npos);
  EXPECT_EQ(explanation.find('\x1b'), std::string::npos);
  EXPECT_LT(explanation.size(), 1000u);
  EXPECT_NE(explanation.find("missing: 'conv1.weight', 'bn1.weight', 'bn1.bias', 'bn1.running_mean', "
                             "'bn1.running_var', ... (100)"),
            std::string::npos)
      << explanation;
  EXPECT_EQ(explanation.find("they fit"), std::string::npos) << explanation;
}

TEST(ChooseVariantTest, AmongEqualsTheFavourite) {
  const BackboneInfo& backbone = FindBackbone("efficientnet_b0");
  const FakeFile file(Published("efficientnet_b0", "torchvision"), Spelling::kTimm);
  EXPECT_EQ(ChooseVariant(backbone, WeightNames(file)).variant, Variant::kTorchvision);
  EXPECT_EQ(ChooseVariant(backbone, WeightNames(file), Variant::kKeras).variant, Variant::kKeras);
  // Keras' InceptionV3 has no gamma, so tensors with gamma are not its own.
  const FakeFile other(Published("inception_v3", "torchvision"), Spelling::kTimm);
  EXPECT_EQ(ChooseVariant(FindBackbone("inception_v3"), WeightNames(other), Variant::kKeras).variant,
            Variant::kTorchvision);
}

TEST(ChooseVariantTest, OfNoWeightsTheDefault) {
  FakeFile file;
  file.Add("nothing", {1});
  for (const BackboneInfo& backbone : Backbones()) {
    EXPECT_EQ(&ChooseVariant(backbone, WeightNames(file)), &backbone.variants.front()) << backbone.name;
  }
}

}  // namespace
}  // namespace train
