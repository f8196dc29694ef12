#include "train/graph/parameters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "dataset/base/error.h"
#include "tests/train/formula.h"
#include "tests/train/goldens.h"
#include "tests/train/models.h"

namespace train {
namespace {

// The shape of the last layer's output.
Shape OutputOf(GraphBuilder& g, int image_size) { return InferShapes(g.Finish(), image_size).back(); }

TEST(ShapesTest, WindowsAreCountedAsPyTorchDoes) {
  struct Case {
    int size, kernel, stride, padding;
    bool ceil;
    int expected;
  };
  // torch.nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil)(torch.zeros(1, 1, size, size)).shape
  for (const Case& c : std::vector<Case>{{7, 3, 2, 0, false, 3},
                                         {8, 3, 2, 0, false, 3},
                                         {8, 3, 2, 0, true, 4},
                                         {7, 3, 2, 0, true, 3},
                                         {8, 3, 2, 1, false, 4},
                                         {7, 2, 2, 0, false, 3},
                                         {7, 2, 2, 0, true, 4},
                                         {5, 2, 2, 1, true, 3},
                                         {6, 2, 2, 1, true, 4},
                                         {4, 2, 3, 1, true, 2},
                                         {1, 1, 2, 0, false, 1}}) {
    GraphBuilder g;
    g.MaxPool(g.Input("in", 1), "pool",
              {.kernel = c.kernel, .stride = c.stride, .padding = Padding::All(c.padding), .ceil = c.ceil});
    EXPECT_EQ(OutputOf(g, c.size), (Shape{1, c.expected, c.expected}))
        << c.size << " " << c.kernel << " " << c.stride << " " << c.padding << " " << c.ceil;
  }
}

TEST(ShapesTest, SamePaddingIsTensorFlows) {
  for (const int size : {1, 2, 7, 8, 223, 224}) {
    for (const int stride : {1, 2, 3}) {
      GraphBuilder conv, pad;
      conv.Conv(conv.Input("in", 3), {"conv"}, 4, {.kernel = 5, .stride = stride, .padding = Padding::Same()});
      const int outputs = (size + stride - 1) / stride;
      EXPECT_EQ(OutputOf(conv, size), (Shape{4, outputs, outputs}));
      // Padding by a layer of its own gives the window that follows the same shape.
      pad.Conv(pad.PadSame(pad.Input("in", 3), "pad", 5, stride), {"conv"}, 4, {.kernel = 5, .stride = stride});
      EXPECT_EQ(OutputOf(pad, size), (Shape{4, outputs, outputs}));
    }
  }
}

TEST(ShapesTest, OfEachOperation) {
  GraphBuilder g;
  const int input = g.Input("in", 3);
  int x = g.Conv(input, {"conv"}, 8, {.kernel = 3, .columns = 1, .padding = Padding::Of(1, 0)});
  x = g.Pad(x, "pad", Padding::Of(1, 2, 3, 4));
  const int cut = g.Pad(x, "cut", Padding::Of(0, 0, -1, -1));
  const int concat = g.Concat({cut, cut}, "concat");
  const int dense = g.Dense(concat, {"dense"}, 5);
  const int pooled = g.GlobalPool(dense, "pool", Pooling::kConcat);
  const int scaled = g.Multiply(concat, g.GlobalPool(concat, "squeeze"), "multiply");
  const int flat = g.Flatten(scaled, "flatten");
  const int dropped = g.Dropout(flat, "dropout", 0.5);
  const int scores = g.Dense(g.LayerNorm(dropped, {"norm"}, 1e-6), {"scores"}, 7);
  const std::vector<Shape> shapes = InferShapes(g.Finish(), 10);
  auto at = [&](int layer) { return shapes[static_cast<size_t>(layer)]; };
  EXPECT_EQ(at(input), (Shape{3, 10, 10}));
  EXPECT_EQ(at(x), (Shape{8, 14, 16}));
  EXPECT_EQ(at(cut), (Shape{8, 13, 15}));
  EXPECT_EQ(at(concat), (Shape{16, 13, 15}));
  EXPECT_EQ(at(dense), (Shape{5, 13, 15}));
  EXPECT_EQ(at(pooled), (Shape{10, 1, 1}));
  EXPECT_EQ(at(scaled), (Shape{16, 13, 15}));
  EXPECT_EQ(at(flat), (Shape{16 * 13 * 15, 0, 0}));
  EXPECT_EQ(at(dropped), at(flat));
  EXPECT_EQ(at(scores), (Shape{7, 0, 0}));
}

TEST(ShapesTest, TooSmallAPictureIsRefusedByTheLayersName) {
  GraphBuilder g;
  g.Conv(g.Input("in", 3), {"conv_7"}, 4, {.kernel = 7});
  const Graph graph = g.Finish();
  EXPECT_EQ(InferShapes(graph, 7).back(), (Shape{4, 1, 1}));
  try {
    InferShapes(graph, 6);
    ADD_FAILURE() << "accepted";
  } catch (const dataset::Error& error) {
    EXPECT_TRUE(error.usage());
    EXPECT_STREQ(error.what(), "`image_size` 6 is too small: nothing is left of it at conv_7");
  }
}

// The inputs of sums and concatenations have fitting shapes at every allowed image size, not only at even ones.
TEST(ShapesTest, BranchesAgreeAtEverySize) {
  for (const BackboneInfo& info : Backbones()) {
    for (const VariantInfo& variant : info.variants) {
      const Graph graph = info.build({.variant = variant.variant});
      for (int size = info.min_image_size; size < info.min_image_size + 34; ++size) {
        const std::vector<Shape> shapes = InferShapes(graph, size);
        for (size_t i = 0; i < graph.layers.size(); ++i) {
          const Layer& layer = graph.layers[i];
          if (layer.op != Op::kAdd && layer.op != Op::kConcat) continue;
          for (const int input : layer.inputs) {
            const Shape& shape = shapes[static_cast<size_t>(input)];
            ASSERT_EQ(shape.rows, shapes[i].rows) << info.name << " " << layer.names.keras << " at " << size;
            ASSERT_TRUE(layer.op == Op::kConcat || shape == shapes[i]) << info.name << " " << layer.names.keras;
          }
        }
      }
    }
  }
}

TEST(ParametersTest, OfEachOperation) {
  GraphBuilder g;
  int x = g.Input("in", 4);
  x = g.Conv(x, {"conv", "c"}, 6, {.kernel = 3, .columns = 1, .groups = 2, .bias = true});
  x = g.BatchNorm(x, {"bn", "b"}, {});
  x = g.BatchNorm(x, {"bare", "bare"}, {.gamma = false});
  x = g.Depthwise(x, {"depthwise", "d"}, {.kernel = 5});
  x = g.LayerNorm(x, {"norm", "n"}, 1e-6);
  x = g.LayerScale(x, {"scale", "s"});
  x = g.Activate(x, "relu", Activation::kRelu);
  g.Dense(x, {"dense", "f"}, 2, /*bias=*/false);
  const Graph graph = g.Finish();
  const std::vector<Parameter> parameters = Parameters(graph, InferShapes(graph, 9));
  std::vector<std::string> got;
  for (const Parameter& parameter : parameters) {
    const Layer& layer = graph.layers[static_cast<size_t>(parameter.layer)];
    std::string line = TensorName(layer, parameter.role, Spelling::kTorch);
    for (const int64_t size : parameter.shape) line += " " + std::to_string(size);
    got.push_back(line + " | " + TensorName(layer, parameter.role, Spelling::kKeras) +
                  (parameter.learned() ? "" : " statistic"));
  }
  EXPECT_EQ(got, (std::vector<std::string>{
                     "c.weight 6 2 3 1 | conv/kernel",
                     "c.bias 6 | conv/bias",
                     "b.weight 6 | bn/gamma",
                     "b.bias 6 | bn/beta",
                     "b.running_mean 6 | bn/moving_mean statistic",
                     "b.running_var 6 | bn/moving_variance statistic",
                     "b.num_batches_tracked |  statistic",
                     "bare.bias 6 | bare/beta",
                     "bare.running_mean 6 | bare/moving_mean statistic",
                     "bare.running_var 6 | bare/moving_variance statistic",
                     "bare.num_batches_tracked |  statistic",
                     "d.weight 6 1 5 5 | depthwise/depthwise_kernel",
                     "n.weight 6 | norm/gamma",
                     "n.bias 6 | norm/beta",
                     "s 6 1 1 | scale/gamma",
                     "f.weight 2 6 | dense/kernel",
                 }));
  EXPECT_EQ(Values(parameters[0]), 36u);
  EXPECT_EQ(Values(parameters[6]), 1u);
}

TEST(ParametersTest, NamesFallBackToTheOtherSpellings) {
  Layer layer{.op = Op::kConv, .names = {"only_keras"}};
  EXPECT_EQ(TensorName(layer, TensorRole::kWeight, Spelling::kTorch), "only_keras.weight");
  EXPECT_EQ(TensorName(layer, TensorRole::kWeight, Spelling::kTimm), "only_keras.weight");
  layer.names.torch = "torch.0";
  EXPECT_EQ(TensorName(layer, TensorRole::kBias, Spelling::kTimm), "torch.0.bias");
  layer.names.timm = "timm";
  EXPECT_EQ(TensorName(layer, TensorRole::kBias, Spelling::kTimm), "timm.bias");
  EXPECT_EQ(TensorName(layer, TensorRole::kBias, Spelling::kTorch), "torch.0.bias");
  layer.keras_kernel = Layer::KerasKernel::kPointwise;
  EXPECT_EQ(TensorName(layer, TensorRole::kWeight, Spelling::kKeras), "only_keras/pointwise_kernel");
  layer.keras_kernel = Layer::KerasKernel::kGrouped;
  EXPECT_EQ(TensorName(layer, TensorRole::kWeight, Spelling::kKeras), "only_keras/depthwise_kernel");
}

// No two tensors of a network have the same name in any spelling.
TEST(ParametersTest, NamesAreUnique) {
  for (const BackboneInfo& info : Backbones()) {
    for (const VariantInfo& variant : info.variants) {
      const ModelGraph model = BuildModel(testing::PublishedModel(
          std::string(info.name), std::string(dataset::NameOf(variant.variant)), 10, variant.image_size));
      for (const Spelling spelling : {Spelling::kTorch, Spelling::kTimm, Spelling::kKeras}) {
        std::set<std::string> names;
        for (const Parameter& parameter : Parameters(model.graph, InferShapes(model.graph, variant.image_size))) {
          const Layer& layer = model.graph.layers[static_cast<size_t>(parameter.layer)];
          const std::string name = TensorName(layer, parameter.role, spelling);
          EXPECT_TRUE(name.empty() || names.insert(name).second) << info.name << " " << name;
        }
      }
    }
  }
}

// EfficientNet-B0 has the same graph in torchvision and in timm, with two spellings.
std::string VariantOf(const std::string& backbone, const std::string& golden) {
  return backbone == "efficientnet_b0" && golden == "timm" ? "torchvision" : golden;
}

struct Counts {
  uint64_t all = 0, backbone = 0;
};

// Counts learned values and, if `statistics`, those of norms' statistics too.
Counts Count(const std::string& backbone, const std::string& variant, bool statistics) {
  const int size = FindVariant(FindBackbone(backbone), variant)->image_size;
  const ModelGraph model = BuildModel(testing::PublishedModel(backbone, variant, 1000, size));
  Counts counts;
  for (const Parameter& parameter : Parameters(model.graph, InferShapes(model.graph, size))) {
    if (parameter.role == TensorRole::kBatches || !(statistics || parameter.learned())) continue;
    counts.all += Values(parameter);
    if (parameter.layer < model.backbone) counts.backbone += Values(parameter);
  }
  return counts;
}

TEST(ParametersTest, AreAsManyAsTheReferencesHave) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const std::vector<std::string>& row : testing::ReadGoldens("layers.csv")) {
    if (row[1] != "parameters") continue;
    seen.emplace(row[0], row[2]);
    const bool keras = row[2] == "keras";
    Counts counts = Count(row[0], VariantOf(row[0], row[2]), keras);
    // Keras' graph also has a normalisation of the input, with a mean, a variance and a count.
    if (keras && row[0] == "efficientnet_b0") counts.all += 7, counts.backbone += 7;
    // Keras without a top norms the map; here the norm belongs to the head.
    if (keras && row[0] == "convnext_tiny") counts.backbone += 2 * 768;
    EXPECT_EQ(counts.all, std::stoul(row[3])) << row[0] << " " << row[2];
    EXPECT_EQ(counts.backbone, std::stoul(row[4])) << row[0] << " " << row[2];
  }
  for (const BackboneInfo& info : Backbones()) {
    for (const VariantInfo& variant : info.variants) {
      if (variant.variant == Variant::kDstools) continue;
      EXPECT_TRUE(seen.contains({std::string(info.name), std::string(dataset::NameOf(variant.variant))})) << info.name;
    }
  }
}

// Returns the shape of a tensor in the files of a library, which may differ from that of the network here.
std::vector<int64_t> ShapeIn(const std::string& library, const std::string& backbone, const std::string& name,
                             std::vector<int64_t> shape) {
  if (library != "timm") return shape;
  // These dense layers are convolutions in the library.
  if (backbone.starts_with("vgg") && name == "pre_logits.fc1.weight") return {4096, 512, 7, 7};
  const bool convolution = (backbone.starts_with("vgg") && name == "pre_logits.fc2.weight") ||
                           (backbone.ends_with("_v2") && name == "head.fc.weight") ||
                           (backbone == "mobilenet_v3_large" && name == "conv_head.weight");
  if (convolution) return {shape[0], shape[1], 1, 1};
  if (backbone == "convnext_tiny" && name.ends_with(".gamma")) return {shape[0]};
  return shape;
}

TEST(ParametersTest, AreCalledAsInTheLibrariesFiles) {
  for (const std::vector<std::string>& row : testing::ReadGoldens("keys.csv")) {
    const std::string &library = row[0], &backbone = row[2], variant = VariantOf(row[2], row[3]);
    const int size = FindVariant(FindBackbone(backbone), variant)->image_size;
    const ModelGraph model = BuildModel(testing::PublishedModel(backbone, variant, 1000, size));
    // torchvision has no EfficientNet-Lite0: its first spelling is timm's, its second that of a wheel.
    const bool first = library != "timm" || backbone == "efficientnet_lite0";
    std::vector<std::string> lines;
    for (const Parameter& parameter : Parameters(model.graph, InferShapes(model.graph, size))) {
      const Layer& layer = model.graph.layers[static_cast<size_t>(parameter.layer)];
      const std::string name = TensorName(layer, parameter.role, first ? Spelling::kTorch : Spelling::kTimm);
      std::string line = name + " ", comma;
      for (const int64_t side : ShapeIn(library, backbone, name, parameter.shape)) {
        line += std::exchange(comma, ",") + std::to_string(side);
      }
      lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    std::string joined;
    for (const std::string& line : lines) joined += (joined.empty() ? "" : "\n") + line;
    EXPECT_EQ(lines.size(), std::stoul(row[4])) << library << " " << row[1];
    EXPECT_EQ(testing::FormulaOffset(joined), std::stoul(row[5])) << library << " " << row[1];
  }
}

}  // namespace
}  // namespace train
