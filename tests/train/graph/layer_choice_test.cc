#include "train/graph/layer_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "dataset/base/error.h"
#include "tests/train/models.h"
#include "train/graph/layer_list.h"

namespace train {
namespace {

Graph Build(const BackboneInfo& info, const VariantInfo& variant) {
  return info.build({.variant = variant.variant, .channels = info.channels});
}

Graph Build(const std::string& backbone) {
  const BackboneInfo& info = FindBackbone(backbone);
  return Build(info, info.variants.front());
}

// Returns the place in the list where the trained layers begin. All layers from there on must be trained, and no other.
size_t FirstTrained(const Graph& graph, const std::string& choice) {
  const std::vector<ListedLayer> list = ListLayers(graph);
  const std::vector<bool> chosen = ChooseLayers(graph, choice);
  EXPECT_EQ(chosen.size(), graph.layers.size());
  size_t first = 0;
  while (first < list.size() && !chosen[static_cast<size_t>(list[first].layers.front())]) ++first;
  for (size_t i = 0; i < list.size(); ++i) {
    for (const int layer : list[i].layers) {
      EXPECT_EQ(chosen[static_cast<size_t>(layer)], i >= first) << choice << " " << list[i].name;
    }
  }
  return first;
}

std::string NameAt(const Graph& graph, size_t index) { return ListLayers(graph).at(index).name; }

TEST(LayerChoiceTest, PublishedRecipes) {
  const Graph inception = Build("inception_v3");
  ASSERT_EQ(ListLayers(inception).size(), 311u);
  EXPECT_EQ(FirstTrained(inception, "all"), 0u);
  // Keras' guide to fine-tuning InceptionV3 freezes layers[:249]; an older one freezes layers[:172].
  EXPECT_EQ(FirstTrained(inception, "skip:172"), 172u);
  EXPECT_EQ(FirstTrained(inception, "skip:249"), 249u);
  EXPECT_EQ(FirstTrained(inception, "last:50"), 261u);
  EXPECT_EQ(NameAt(inception, FirstTrained(inception, "from:conv2d_56")), "conv2d_56");

  const Graph vgg = Build("vgg16");
  EXPECT_EQ(NameAt(vgg, 14), "block4_pool");
  EXPECT_EQ(NameAt(vgg, FirstTrained(vgg, "skip:15")), "block5_conv1");
  EXPECT_EQ(FirstTrained(vgg, "from:block5"), 15u);
  EXPECT_EQ(FirstTrained(vgg, "last:4"), 15u);

  const Graph mobilenet = Build("mobilenet_v2");
  ASSERT_EQ(ListLayers(mobilenet).size(), 154u);
  EXPECT_EQ(NameAt(mobilenet, FirstTrained(mobilenet, "from:block_14_expand")), "block_14_expand");
  EXPECT_EQ(FirstTrained(mobilenet, "from:block_14_expand"), FirstTrained(mobilenet, "from:block_14"));
  // TensorFlow's guide to transfer learning has fine_tune_at = 100.
  EXPECT_EQ(FirstTrained(mobilenet, "skip:100"), 100u);
}

TEST(LayerChoiceTest, NothingAndEverything) {
  const Graph graph = Build("vgg16");
  const size_t layers = ListLayers(graph).size();
  EXPECT_EQ(FirstTrained(graph, "last:0"), layers);
  EXPECT_EQ(FirstTrained(graph, "skip:" + std::to_string(layers)), layers);
  EXPECT_EQ(FirstTrained(graph, "last:" + std::to_string(layers)), 0u);
  EXPECT_EQ(FirstTrained(graph, "skip:0"), 0u);
  EXPECT_EQ(FirstTrained(graph, "from:input_layer"), 0u);
}

// In recipes for InceptionV3, mixed7 is Keras' layer: the concatenation at the end of the block of that name.
TEST(LayerChoiceTest, ALayerIsNotItsBlock) {
  const Graph graph = Build("inception_v3");
  EXPECT_EQ(NameAt(graph, FirstTrained(graph, "from:mixed7")), "mixed7");
  const size_t block = FirstTrained(graph, "from:block_mixed7");
  EXPECT_EQ(NameAt(graph, block - 1), "mixed6");
}

// from:NAME must have one meaning: if a layer has the name of its group, no layer of the group before it has weights.
TEST(LayerChoiceTest, NoGroupIsCalledLikeALayerWithin) {
  for (const BackboneInfo& backbone : Backbones()) {
    for (const VariantInfo& variant : backbone.variants) {
      const Graph graph = BuildBackbone(NativeArchitecture(backbone, variant));
      for (size_t i = 0; i < graph.layers.size(); ++i) {
        const Layer& layer = graph.layers[i];
        const auto group = std::find(graph.groups.begin(), graph.groups.end(), layer.listed);
        if (group == graph.groups.end()) continue;
        EXPECT_EQ(layer.group, group - graph.groups.begin()) << backbone.name << " " << layer.listed;
        for (size_t before = 0; before < i; ++before) {
          const bool within = graph.layers[before].group == layer.group && graph.layers[before].listed != layer.listed;
          const Op op = graph.layers[before].op;
          EXPECT_FALSE(within && (op == Op::kConv || op == Op::kDense || op == Op::kBatchNorm || op == Op::kLayerNorm))
              << backbone.name << " " << layer.listed;
        }
      }
    }
  }
}

TEST(LayerChoiceTest, OtherFormsAreRefused) {
  const Graph graph = Build("vgg16");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "'' is none of all, last:N, skip:N and from:NAME"},
      {"some", "'some' is none of"},
      {"All", "'All' is none of"},
      {"all:", "'all:' is none of"},
      {"50", "'50' is none of"},
      {"first:3", "'first:3' is none of"},
      {"last", "'last' needs a number of layers"},
      {"last:", "'last:' needs a number of layers"},
      {"last:-1", "'last:-1' needs a number of layers"},
      {"last:+1", "'last:+1' needs a number of layers"},
      {"last:1.5", "'last:1.5' needs a number of layers"},
      {"last: 1", "needs a number of layers"},
      {"last:3,", "needs a number of layers"},
      {"last:99999999999999999999999", "needs a number of layers"},
      {"last:20", "'last:20' is beyond the backbone's 19 layers"},
      {"skip:20", "'skip:20' is beyond the backbone's 19 layers"},
      {"skip:x", "'skip:x' needs a number of layers"},
      {"from", "no layer or group is named ''"},
      {"from:", "no layer or group is named ''"},
      {"from:block6", "no layer or group is named 'block6'; `ListLayers` lists them"},
      {"from:block5_conv1 ", "no layer or group is named 'block5_conv1 '"},
      {"from:14", "no layer or group is named '14'"},
  };
  for (const auto& [choice, part] : cases) {
    try {
      ChooseLayers(graph, choice);
      ADD_FAILURE() << "accepted " << choice;
    } catch (const dataset::Error& error) {
      EXPECT_TRUE(error.usage()) << choice;
      EXPECT_NE(std::string(error.what()).find("`finetune_layers`: "), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }
}

// Groups run from stem to top, so that from:GROUP trains that group and all later ones, and no earlier one. A cell of
// NASNet also reads the last cell but one, and begins where that ends.
TEST(LayerChoiceTest, GroupsAreRunsOfTheList) {
  for (const BackboneInfo& info : Backbones()) {
    const int overlap = info.name.starts_with("nasnet") ? 1 : 0;
    for (const VariantInfo& variant : info.variants) {
      const Graph graph = Build(info, variant);
      EXPECT_EQ(std::set<std::string>(graph.groups.begin(), graph.groups.end()).size(), graph.groups.size());
      EXPECT_GE(graph.groups.size(), 3u) << info.name;
      int met = -1;
      for (const ListedLayer& listed : ListLayers(graph)) {
        for (const int layer : listed.layers) {
          const int group = graph.layers[static_cast<size_t>(layer)].group;
          EXPECT_LE(group, met + 1) << info.name << " " << listed.name << ": a group is left out";
          EXPECT_GE(group, met - overlap) << info.name << " " << listed.name;
          met = std::max(met, group);
        }
      }
      EXPECT_EQ(met, static_cast<int>(graph.groups.size()) - 1) << info.name;
    }
  }
}

TEST(LayerChoiceTest, EveryGroupCanBeTheFirst) {
  for (const BackboneInfo& info : Backbones()) {
    const Graph graph = Build(info, info.variants.front());
    size_t before = 0;
    for (const std::string& group : graph.groups) {
      const size_t first = FirstTrained(graph, "from:" + group);
      EXPECT_TRUE(first > before || group == graph.groups.front()) << info.name << " " << group;
      before = first;
    }
  }
}

TEST(ThawingChoicesTest, GoFromTheTopToTheStem) {
  EXPECT_EQ(ThawingChoices(Build("resnet50")),
            (std::vector<std::string>{"from:conv5", "from:conv4", "from:conv3", "from:conv2", "all"}));
  for (const BackboneInfo& info : Backbones()) {
    const Graph graph = Build(info, info.variants.front());
    const std::vector<std::string> choices = ThawingChoices(graph);
    ASSERT_FALSE(choices.empty()) << info.name;
    EXPECT_EQ(choices.back(), "all") << info.name;
    size_t trained = 0;
    for (const std::string& choice : choices) {
      const std::vector<bool> chosen = ChooseLayers(graph, choice);
      const auto count = static_cast<size_t>(std::count(chosen.begin(), chosen.end(), true));
      EXPECT_GT(count, trained) << info.name << " " << choice;
      trained = count;
    }
    EXPECT_EQ(trained, graph.layers.size()) << info.name;
  }
}

}  // namespace
}  // namespace train
