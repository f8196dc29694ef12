#include "train/network/classifier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "tests/train/models.h"
#include "train/network/compute.h"
#include "train/network/trainable.h"

namespace train {
namespace {

using torch::Tensor;

Classifier MakeModel(const std::string& backbone, int classes = 3, uint64_t seed = 1) {
  return Classifier(testing::DefaultModel(backbone, classes, 32, 0.5), Initialization::kHe, seed);
}

TEST(ClassifierTest, TrainableDecidesGradientsAndNorms) {
  Classifier model = MakeModel("mobilenet_v2");
  const Tensor input = torch::randn({2, 3, 32, 32});
  auto statistics = [&] {
    for (auto& [name, tensor, layer] : model.State()) {
      if (name == "features.0.1.running_mean") return tensor.clone();
    }
    return Tensor();
  };
  model.SetTrainable(Trainable::kHead);
  EXPECT_EQ(model.TrainedParameters().size(), 2u);
  const Tensor before = statistics();
  model.Forward(input);
  EXPECT_TRUE(torch::equal(before, statistics()));
  model.SetTrainable(Trainable::kAllFrozenNorms);
  EXPECT_EQ(model.TrainedParameters().size(), 158u);
  model.Forward(input);
  EXPECT_TRUE(torch::equal(before, statistics()));
  model.SetTrainable(Trainable::kAll);
  model.Forward(input);
  EXPECT_FALSE(torch::equal(before, statistics()));
}

// PyTorch's momentum: the part of the batch's statistics.
TEST(ClassifierTest, NormMomentumIsThePartOfTheBatch) {
  const Tensor input = torch::randn({4, MakeModel("small_cnn").architecture().channels, 32, 32});
  const auto mean = [&](std::optional<double> momentum) {
    Classifier model = MakeModel("small_cnn");
    model.SetTrainable(Trainable::kAll);
    model.network().SetNormMomentum(momentum);
    model.Forward(input);
    for (const auto& item : model.State()) {
      if (item.name == "bn1.running_mean") return item.tensor.clone();
    }
    return Tensor();
  };
  const Tensor whole = mean(1);
  EXPECT_TRUE(torch::allclose(mean(0.25), 0.25 * whole, 1e-4, 1e-7));
  EXPECT_TRUE(torch::allclose(mean(std::nullopt), 0.1 * whole, 1e-4, 1e-7));
}

TEST(ClassifierTest, OnlyTheChosenLayersAreTrained) {
  Classifier model = MakeModel("mobilenet_v2");
  const Tensor input = torch::randn({2, 3, 32, 32});
  auto state = [&](const std::string& wanted) {
    for (auto& [name, tensor, layer] : model.State()) {
      if (name == wanted) return tensor.detach().clone();
    }
    return Tensor();
  };
  // The top has a convolution and two tensors of a norm; the head has two tensors.
  model.SetTrainable(Trainable::kAll, "from:top");
  EXPECT_EQ(model.TrainedParameters().size(), 5u);
  const Tensor frozen = state("features.17.conv.3.running_mean"), open = state("features.18.1.running_mean");
  model.Forward(input).sum().backward();
  EXPECT_TRUE(torch::equal(frozen, state("features.17.conv.3.running_mean")));
  EXPECT_FALSE(torch::equal(open, state("features.18.1.running_mean")));
  for (const auto& [name, tensor, layer] : model.TrainedParameters()) EXPECT_TRUE(tensor.grad().defined()) << name;
  model.SetTrainable(Trainable::kAllFrozenNorms, "last:0");
  EXPECT_EQ(model.TrainedParameters().size(), 2u);
  model.SetTrainable(Trainable::kAllFrozenNorms, "skip:0");
  EXPECT_EQ(model.TrainedParameters().size(), 158u);
}

// Run in two parts, with the lower one without gradients, a network gives the same scores and gradients, and nothing
// below the boundary is kept for the backward pass.
TEST(ClassifierTest, TheFrozenPartNeedsNoGradients) {
  for (const auto& [backbone, layers] : std::vector<std::pair<std::string, std::string>>{{"mobilenet_v2", "from:top"},
                                                                                         {"mobilenet_v2", "last:20"},
                                                                                         {"resnet18", "last:6"},
                                                                                         {"densenet121", "last:10"},
                                                                                         {"inception_v3", "last:5"},
                                                                                         {"small_cnn", "last:1"}}) {
    const int side = backbone == "inception_v3" ? 75 : 32;
    Classifier model(testing::DefaultModel(backbone, 3, side, 0), Initialization::kHe, 1);
    model.SetTrainable(Trainable::kAllFrozenNorms, layers);
    ASSERT_GT(model.boundary(), 0) << backbone;
    ASSERT_LE(model.boundary(), model.graph().head) << backbone;
    for (const Network::Entry& entry : model.network().entries()) {
      EXPECT_FALSE(entry.parameter.layer < model.boundary() && entry.tensor.requires_grad()) << backbone;
    }
    const Tensor pixels = torch::randn({2, model.architecture().channels, side, side});
    const Tensor whole = model.Forward(pixels);
    whole.sum().backward();
    std::vector<Tensor> gradients;
    for (const auto& item : model.TrainedParameters()) gradients.push_back(item.tensor.grad().clone());
    EXPECT_FALSE(model.Below(pixels).requires_grad()) << backbone;
    Tensor below;
    {
      torch::NoGradGuard no_grad;
      below = model.Below(pixels);
    }
    EXPECT_EQ(below.use_count(), 1) << backbone;
    const Tensor parts = model.Above(below);
    EXPECT_TRUE(torch::equal(parts, whole)) << backbone;
    for (const auto& item : model.TrainedParameters()) Tensor(item.tensor).mutable_grad() = Tensor();
    parts.sum().backward();
    const auto trained = model.TrainedParameters();
    for (size_t i = 0; i < trained.size(); ++i) {
      EXPECT_TRUE(torch::equal(trained[i].tensor.grad(), gradients[i])) << backbone << " " << trained[i].name;
    }
  }
}

TEST(ClassifierTest, TheBoundaryIsBelowAllThatLearns) {
  Classifier model = MakeModel("mobilenet_v2");
  model.SetTrainable(Trainable::kAll);
  EXPECT_EQ(model.boundary(), 0);
  model.SetTrainable(Trainable::kHead);
  EXPECT_EQ(model.boundary(), model.graph().head);
  model.SetTrainable(Trainable::kAllFrozenNorms, "last:0");
  EXPECT_EQ(model.boundary(), model.graph().head);
  model.SetTrainable(Trainable::kAll, "skip:1");
  EXPECT_LT(model.boundary(), 6);  // the first block adds nothing to its input
}

// At 32 pixels the last map of ResNet18 has one pixel.
TEST(ClassifierTest, OneValueAChannelTeachesNoNorm) {
  for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
    Classifier model = MakeModel("resnet18");
    model.SetTrainable(Trainable::kAll);
    auto statistics = [&](const std::string& name) {
      for (const auto& item : model.State()) {
        if (item.name == name) return item.tensor.clone();
      }
      return Tensor();
    };
    const Tensor pixels = torch::randn({2, 3, 32, 32}).to(type);
    auto forward = [&](const Tensor& x) {
      const AutocastScope autocast({torch::kCPU, type == torch::kFloat32 ? Precision::kFp32 : Precision::kBf16});
      return model.Forward(x).to(torch::kFloat32);
    };
    const Tensor logits = forward(pixels.slice(0, 0, 1));
    logits.sum().backward();
    EXPECT_TRUE(torch::isfinite(logits).all().item<bool>());
    EXPECT_TRUE(torch::equal(statistics("layer4.1.bn2.running_var"), torch::ones(512)));
    EXPECT_EQ(statistics("layer4.1.bn2.num_batches_tracked").item<int64_t>(), 0);
    // If the map has more pixels, one picture is enough.
    EXPECT_FALSE(torch::equal(statistics("bn1.running_var"), torch::ones(64)));
    EXPECT_EQ(statistics("bn1.num_batches_tracked").item<int64_t>(), 1);
    forward(pixels);
    EXPECT_FALSE(torch::equal(statistics("layer4.1.bn2.running_var"), torch::ones(512)));
    EXPECT_EQ(statistics("layer4.1.bn2.num_batches_tracked").item<int64_t>(), 1);
  }
}

TEST(ClassifierTest, DropoutIsOnlyForTraining) {
  Classifier model = MakeModel("mobilenet_v2");
  const Tensor features = torch::ones({1, 1280});
  model.SetEvaluating();
  EXPECT_TRUE(torch::equal(model.Head(features), model.Head(features)));
  model.SetTrainable(Trainable::kHead);
  EXPECT_FALSE(torch::equal(model.Head(features), model.Head(features)));
}

TEST(ClassifierTest, InitialValuesDependOnSeedAndNameAlone) {
  Classifier a = MakeModel("small_cnn"), b = MakeModel("small_cnn", 5), c = MakeModel("small_cnn", 3, 2);
  const auto sa = a.State(), sb = b.State(), sc = c.State();
  for (size_t i = 0; i < sa.size(); ++i) {
    if (sa[i].name.starts_with("classifier")) continue;
    EXPECT_TRUE(torch::equal(sa[i].tensor, sb[i].tensor)) << sa[i].name;
    if (sa[i].tensor.dim() > 1) {
      EXPECT_FALSE(torch::equal(sa[i].tensor, sc[i].tensor)) << sa[i].name;
      const double expected = std::sqrt(2.0 / static_cast<double>(sa[i].tensor[0].numel()));
      EXPECT_NEAR(sa[i].tensor.std().item<double>(), expected, expected / 4) << sa[i].name;
    }
  }
}

}  // namespace
}  // namespace train
