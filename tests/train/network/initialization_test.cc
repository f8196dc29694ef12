#include "train/network/initialization.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <map>

#include "dataset/base/error.h"
#include "train/network/network.h"

namespace train {
namespace {

using torch::Tensor;

// One layer of each kind that has tensors; the last is the layer of the classes.
Graph MakeGraph(int classes = 1000) {
  GraphBuilder g;
  int x = g.Input("in", 32);
  x = g.Conv(x, {"conv", "t.conv"}, 64, {.kernel = 3, .bias = true});
  x = g.BatchNorm(x, {"bn", "t.bn"}, {});
  x = g.BatchNorm(x, {"bare", "t.bare"}, {.gamma = false});
  x = g.Conv(x, {"grouped", "t.grouped"}, 256, {.kernel = 3, .groups = 4});
  x = g.Depthwise(x, {"depthwise", "t.depthwise"}, {.kernel = 5});
  x = g.LayerNorm(x, {"norm", "t.norm"}, 1e-6);
  x = g.LayerScale(x, {"scale", "t.scale"});
  x = g.Flatten(g.GlobalPool(x, "pool"), "flatten");
  x = g.Dense(x, {"dense", "t.dense"}, 512);
  g.Dense(x, {"classes", "t.classes"}, classes);
  return g.Finish();
}

constexpr int kSide = 12;

std::map<std::string, Tensor> Initialized(Initialization initialization, uint64_t seed, int first = 0,
                                          const Graph& graph = MakeGraph()) {
  Network network(graph, kSide);
  Initialize(network, first, initialization, seed);
  std::map<std::string, Tensor> tensors;
  for (const Network::Entry& entry : network.entries()) {
    const Layer& layer = graph.layers[static_cast<size_t>(entry.parameter.layer)];
    tensors[TensorName(layer, entry.parameter.role, Spelling::kTorch)] = entry.tensor;
  }
  return tensors;
}

void ExpectNormal(const Tensor& tensor, double deviation, const std::string& name) {
  const double error = 4 / std::sqrt(static_cast<double>(tensor.numel()));
  EXPECT_NEAR(tensor.mean().item<double>(), 0, error * deviation) << name;
  EXPECT_NEAR(tensor.std().item<double>(), deviation, error * deviation) << name;
  // About one in 15,800 is beyond four deviations.
  EXPECT_LT(tensor.abs().max().item<double>(), 6 * deviation) << name;
}

TEST(InitializationTest, Names) {
  EXPECT_EQ(dataset::ParseName<Initialization>("he"), Initialization::kHe);
  EXPECT_EQ(dataset::ParseName<Initialization>("xavier"), Initialization::kXavier);
  EXPECT_EQ(dataset::Names<Initialization>(), (std::vector<std::string>{"he", "xavier"}));
  EXPECT_EQ(dataset::ParseName<Initialization>("zeros"), std::nullopt);
}

TEST(InitializationTest, HeByInputs) {
  const auto tensors = Initialized(Initialization::kHe, 1);
  ExpectNormal(tensors.at("t.conv.weight"), std::sqrt(2.0 / (32 * 9)), "conv");
  ExpectNormal(tensors.at("t.grouped.weight"), std::sqrt(2.0 / (16 * 9)), "grouped");
  ExpectNormal(tensors.at("t.depthwise.weight"), std::sqrt(2.0 / 25), "depthwise");
  ExpectNormal(tensors.at("t.dense.weight"), std::sqrt(2.0 / 256), "dense");
  ExpectNormal(tensors.at("t.classes.weight"), 0.01, "classes");
}

// The deviation is that of torch.nn.init.xavier_normal_, whose fan-out counts the pixels of the window.
TEST(InitializationTest, XavierByInputsAndOutputs) {
  const auto tensors = Initialized(Initialization::kXavier, 1);
  ExpectNormal(tensors.at("t.conv.weight"), std::sqrt(2.0 / (32 * 9 + 64 * 9)), "conv");
  ExpectNormal(tensors.at("t.grouped.weight"), std::sqrt(2.0 / (16 * 9 + 256 * 9)), "grouped");
  ExpectNormal(tensors.at("t.dense.weight"), std::sqrt(2.0 / (256 + 512)), "dense");
  ExpectNormal(tensors.at("t.classes.weight"), 0.01, "classes");
}

TEST(InitializationTest, TheRestIsConstant) {
  for (const Initialization initialization : {Initialization::kHe, Initialization::kXavier}) {
    const auto tensors = Initialized(initialization, 1);
    for (const auto& [name, tensor] : tensors) {
      if (tensor.dim() >= 2 && name != "t.scale") continue;
      const bool one = (name.ends_with(".weight") && name != "t.scale") || name.ends_with("running_var");
      const double value = name == "t.scale" ? 1e-6 : one ? 1 : 0;
      EXPECT_TRUE(torch::all(tensor == static_cast<float>(value)).item<bool>()) << name;
    }
    EXPECT_EQ(tensors.at("t.bn.num_batches_tracked").item<int64_t>(), 0);
    EXPECT_FALSE(tensors.contains("t.bare.weight"));
  }
}

TEST(InitializationTest, AValueDependsOnSeedAndNameAlone) {
  const auto one = Initialized(Initialization::kHe, 1), again = Initialized(Initialization::kHe, 1);
  const auto other = Initialized(Initialization::kHe, 2);
  for (const auto& [name, tensor] : one) {
    EXPECT_TRUE(torch::equal(tensor, again.at(name))) << name;
    const bool drawn = tensor.dim() >= 2 && name != "t.scale";
    EXPECT_EQ(torch::equal(tensor, other.at(name)), !drawn) << name;
  }
  // The same layer in another network.
  GraphBuilder g;
  int x = g.Conv(g.Input("in", 32), {"elsewhere", "t.conv"}, 64, {.kernel = 3, .bias = true});
  x = g.Flatten(g.GlobalPool(x, "pool"), "flatten");
  g.Dense(x, {"classes", "fc"}, 7);
  const auto small = Initialized(Initialization::kHe, 1, 0, g.Finish());
  EXPECT_TRUE(torch::equal(one.at("t.conv.weight"), small.at("t.conv.weight")));
  // The layer of the classes gets the same values whatever its name.
  GraphBuilder h;
  h.Dense(h.Flatten(h.Input("in", 1), "flatten"), {"classes", "head.fc"}, 10);
  GraphBuilder i;
  i.Dense(i.Flatten(i.Input("in", 1), "flatten"), {"classes", "fc"}, 10);
  EXPECT_TRUE(torch::equal(Initialized(Initialization::kHe, 1, 0, h.Finish()).at("head.fc.weight"),
                           Initialized(Initialization::kHe, 1, 0, i.Finish()).at("fc.weight")));
}

TEST(InitializationTest, ThreadsNeverMatter) {
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = Initialized(Initialization::kHe, 3);
  at::set_num_threads(4);
  const auto four = Initialized(Initialization::kHe, 3);
  at::set_num_threads(threads);
  for (const auto& [name, tensor] : one) EXPECT_TRUE(torch::equal(tensor, four.at(name))) << name;
}

TEST(InitializationTest, OnlyFromTheFirstOn) {
  const Graph graph = MakeGraph();
  int first = 0;
  while (graph.layers[static_cast<size_t>(first)].names.keras != "dense") ++first;
  const auto all = Initialized(Initialization::kHe, 1), part = Initialized(Initialization::kHe, 1, first);
  for (const auto& [name, tensor] : part) {
    if (name.starts_with("t.dense") || name.starts_with("t.classes")) {
      EXPECT_TRUE(torch::equal(tensor, all.at(name))) << name;
    } else {
      EXPECT_TRUE(torch::all(tensor == 0).item<bool>()) << name;
    }
  }
}

}  // namespace
}  // namespace train
