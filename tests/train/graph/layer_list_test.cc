#include "train/graph/layer_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/train/formula.h"
#include "tests/train/goldens.h"
#include "tests/train/models.h"

namespace train {
namespace {

std::vector<std::string> Names(const Graph& graph) {
  std::vector<std::string> names;
  for (const ListedLayer& listed : ListLayers(graph)) names.push_back(listed.name);
  return names;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "\n") + name;
  return text;
}

// Calls `check(graph, name)` for each variant of each backbone.
template <typename Check>
void ForEachBackbone(const Check& check) {
  for (const BackboneInfo& info : Backbones()) {
    for (const VariantInfo& variant : info.variants) {
      check(info.build({.variant = variant.variant, .channels = info.channels}),
            std::string(info.name) + " " + std::string(dataset::NameOf(variant.variant)));
    }
  }
}

// Layers are ordered by their distance from the output: 3 for a, 2 for b and c, 1 for d.
TEST(LayerListTest, LayersComeByDistanceThenAsTheOutputMeetsThem) {
  GraphBuilder g;
  const int a = g.Input("a", 1);
  const int b = g.Identity(a, "b"), c = g.Identity(a, "c");
  const int early = g.Identity(a, "early");
  const int d = g.Add(c, b, "d");
  g.Add(d, early, "e");
  EXPECT_EQ(Names(g.Finish()), (std::vector<std::string>{"a", "c", "b", "d", "early", "e"}));
}

TEST(LayerListTest, StepsOfOneLayerAreListedOnce) {
  GraphBuilder g;
  int x = g.Input("in", 1);
  x = g.Conv(x, {"conv"}, 2, {});
  x = g.Activate(x, "conv", Activation::kRelu);
  g.Within("nested");
  x = g.Conv(x, {"inner_1"}, 2, {});
  x = g.Conv(x, {"inner_2"}, 2, {});
  g.Within("");
  g.Identity(x, "out");
  const std::vector<ListedLayer> list = ListLayers(g.Finish());
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list[1].name, "conv");
  EXPECT_EQ(list[1].layers, (std::vector<int>{1, 2}));
  EXPECT_EQ(list[2].name, "nested");
  EXPECT_EQ(list[2].layers, (std::vector<int>{3, 4}));
}

TEST(LayerListTest, WhatTheOutputDoesNotDependOnIsLeftOut) {
  GraphBuilder g;
  const int x = g.Input("in", 1);
  g.Identity(x, "dead");
  g.Identity(x, "out");
  EXPECT_EQ(Names(g.Finish()), (std::vector<std::string>{"in", "out"}));
}

TEST(LayerListTest, EveryBackboneHasKerasList) {
  std::set<std::string> seen;
  for (const std::vector<std::string>& row : testing::ReadGoldens("layers.csv")) {
    if (row[1] != "layers" && row[1] != "layer") continue;
    for (const VariantInfo& variant : FindBackbone(row[0]).variants) {
      const std::vector<std::string> names = Names(FindBackbone(row[0]).build({.variant = variant.variant}));
      const std::string what = row[0] + " " + std::string(dataset::NameOf(variant.variant));
      if (row[1] == "layer") {
        ASSERT_LT(std::stoul(row[2]), names.size()) << what;
        EXPECT_EQ(names[std::stoul(row[2])], row[3]) << what << " " << row[2];
        continue;
      }
      seen.insert(row[0]);
      EXPECT_EQ(names.size(), std::stoul(row[2])) << what;
      EXPECT_EQ(testing::FormulaOffset(Joined(names)), std::stoul(row[3])) << what;
    }
  }
  EXPECT_GE(seen.size(), 23u);
  for (const BackboneInfo& info : Backbones()) {
    EXPECT_TRUE(FindVariant(info, "keras") == nullptr || seen.contains(std::string(info.name))) << info.name;
  }
}

TEST(LayerListTest, EveryStepIsInTheListOnce) {
  ForEachBackbone([](const Graph& graph, const std::string& name) {
    std::vector<int> steps;
    const std::vector<ListedLayer> list = ListLayers(graph);
    for (const ListedLayer& listed : list) {
      EXPECT_TRUE(std::is_sorted(listed.layers.begin(), listed.layers.end())) << name << " " << listed.name;
      steps.insert(steps.end(), listed.layers.begin(), listed.layers.end());
    }
    std::sort(steps.begin(), steps.end());
    for (size_t i = 0; i < steps.size(); ++i) ASSERT_EQ(steps[i], static_cast<int>(i)) << name;
    EXPECT_EQ(steps.size(), graph.layers.size()) << name;
    const std::vector<std::string> names = Names(graph);
    EXPECT_EQ(names.front(), "input_layer") << name;
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size()) << name;
    EXPECT_EQ(list.back().layers.back(), static_cast<int>(graph.layers.size()) - 1) << name;
  });
}

// The numbers of layers must not depend on the variant of a backbone.
TEST(LayerListTest, TheVariantsOfABackboneHaveOneList) {
  for (const BackboneInfo& info : Backbones()) {
    for (const VariantInfo& variant : info.variants) {
      EXPECT_EQ(Names(info.build({.variant = variant.variant})),
                Names(info.build({.variant = info.variants.front().variant})))
          << info.name;
    }
  }
}

// Layers of a head must not have names of the backbone's layers, or they would be listed as one layer.
TEST(LayerListTest, HeadsHaveNamesOfTheirOwn) {
  for (const BackboneInfo& info : Backbones()) {
    for (const VariantInfo& variant : info.variants) {
      const std::string name(info.name), variant_name(dataset::NameOf(variant.variant));
      for (const Architecture& architecture : {testing::PublishedModel(name, variant_name, 10, variant.image_size),
                                               testing::DefaultModel(name, 10, variant.image_size, 0.5)}) {
        const ModelGraph model = BuildModel(architecture);
        for (const ListedLayer& listed : ListLayers(model.graph)) {
          EXPECT_EQ(listed.layers.front() < model.backbone, listed.layers.back() < model.backbone)
              << name << " " << listed.name;
        }
      }
    }
  }
}

}  // namespace
}  // namespace train
