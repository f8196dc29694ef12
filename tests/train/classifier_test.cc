#include "train/classifier.h"

#include <gtest/gtest.h>

#include <set>

#include "dataset/error.h"
#include "tests/testing/testing.h"
#include "train/layers.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

using torch::Tensor;

Classifier MakeModel(const std::string& backbone, int classes = 3, uint64_t seed = 1) {
  return Classifier(FindBackbone(backbone), classes, 32, 0.5, seed);
}

// A convolution and a norm with statistics that are not 0 and 1.
struct Layer {
  torch::nn::Conv2d conv{torch::nn::Conv2dOptions(4, 6, 3).stride(2).padding(1).groups(2).bias(false)};
  torch::nn::BatchNorm2d norm{torch::nn::BatchNorm2dOptions(6).eps(1e-3)};
  Tensor input = torch::randn({2, 4, 9, 7});
  Layer() {
    torch::NoGradGuard no_grad;
    norm->running_mean.normal_();
    norm->running_var.uniform_(0.5, 2);
    norm->weight.normal_();
    norm->bias.normal_();
  }
};

TEST(ConvNormTest, FrozenEqualsLibtorchForwardAndBackward) {
  torch::manual_seed(3);
  Layer layer;
  layer.norm->eval();
  std::vector<std::vector<Tensor>> gradients;
  std::vector<Tensor> outputs;
  for (const bool folded : {true, false}) {
    const Tensor input = layer.input.clone().set_requires_grad(true);
    const Tensor y = folded ? ConvNorm(layer.conv, layer.norm, input) : layer.norm(layer.conv(input));
    gradients.push_back(
        torch::autograd::grad({(y * y).sum()}, {input, layer.conv->weight, layer.norm->weight, layer.norm->bias}));
    outputs.push_back(y);
  }
  EXPECT_TRUE(torch::allclose(outputs[0], outputs[1], 1e-4, 1e-5));
  for (size_t i = 0; i < 4; ++i) EXPECT_TRUE(torch::allclose(gradients[0][i], gradients[1][i], 1e-3, 1e-4)) << i;
}

TEST(ConvNormTest, TrainingUsesBatchStatistics) {
  Layer layer;
  const Tensor before = layer.norm->running_mean.clone();
  const Tensor y = ConvNorm(layer.conv, layer.norm, layer.input);
  EXPECT_FALSE(torch::equal(before, layer.norm->running_mean));
  const Tensor mean =
      ((y - layer.norm->bias.view({1, -1, 1, 1})) / layer.norm->weight.view({1, -1, 1, 1})).mean({0, 2, 3});
  EXPECT_LT(mean.abs().max().item<float>(), 1e-4f);
}

TEST(Relu6Test, ClampsAndPassesGradientsInsideOnly) {
  for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
    const Tensor input = torch::tensor({-1.0f, 0.5f, 3.0f, 7.0f}).to(type).set_requires_grad(true);
    const Tensor y = Relu6(input * 1);
    y.sum().backward();
    EXPECT_TRUE(torch::equal(y.to(torch::kFloat32), torch::tensor({0.0f, 0.5f, 3.0f, 6.0f}))) << type;
    EXPECT_TRUE(torch::equal(input.grad().to(torch::kFloat32), torch::tensor({0.0f, 1.0f, 1.0f, 0.0f}))) << type;
  }
}

TEST(ClassifierTest, TrainableDecidesGradientsAndNorms) {
  Classifier model = MakeModel("mobilenet_v2");
  const Tensor input = torch::randn({2, 3, 32, 32});
  auto statistics = [&] {
    for (auto& [name, tensor] : model.State()) {
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

class LoadWeightsTest : public ::testing::Test {
 protected:
  // Writes the model's own weights, changed by `change`, and returns the message of loading them.
  std::string LoadChanged(HeadWeights head, const std::function<void(std::vector<TensorView>&)>& change) {
    Classifier model = MakeModel("small_cnn");
    std::vector<Tensor> storage;
    std::vector<TensorView> views = WeightViews(model, storage);
    change(views);
    WriteSafetensors(dir_ / "w", views, {}, dataset::Sync::kNo);
    Classifier other = MakeModel("small_cnn", 3, 9);
    try {
      LoadWeights(*OpenTensorFile(dir_ / "w"), head, other);
    } catch (const dataset::Error& error) {
      return error.what();
    }
    const auto now = other.State(), then = model.State();
    for (size_t i = 0; i < now.size(); ++i) {
      if (head == HeadWeights::kLeave && now[i].name.starts_with("classifier.1.")) continue;
      EXPECT_TRUE(torch::equal(now[i].tensor, then[i].tensor)) << now[i].name;
    }
    return "";
  }
  static void Erase(std::vector<TensorView>& views, const std::string& name) {
    std::erase_if(views, [&](const TensorView& view) { return view.name == name; });
  }
  dataset::testing::TempDir dir_;
};

TEST_F(LoadWeightsTest, RoundTrip) {
  EXPECT_EQ(LoadChanged(HeadWeights::kLoad, [](auto&) {}), "");
  EXPECT_EQ(LoadChanged(HeadWeights::kLeave, [](auto& views) { Erase(views, "classifier.1.weight"); }), "");
  EXPECT_EQ(LoadChanged(HeadWeights::kLoad, [](auto& views) { Erase(views, "bn1.num_batches_tracked"); }), "");
}

TEST_F(LoadWeightsTest, NamesWhatIsMissing) {
  const std::string message = LoadChanged(HeadWeights::kLoad, [](auto& views) { Erase(views, "bn2.bias"); });
  EXPECT_NE(message.find("missing: bn2.bias"), std::string::npos) << message;
}

TEST_F(LoadWeightsTest, NamesWhatIsUnknown) {
  const std::string message = LoadChanged(HeadWeights::kLoad, [](auto& views) {
    for (auto& view : views) {
      if (view.name == "bn2.bias") view.name = "bn3.bias";
    }
  });
  EXPECT_NE(message.find("missing: bn2.bias"), std::string::npos) << message;
  EXPECT_NE(message.find("unknown: bn3.bias"), std::string::npos) << message;
}

TEST_F(LoadWeightsTest, NamesTheWrongShape) {
  const std::string message = LoadChanged(HeadWeights::kLoad, [](auto& views) {
    for (auto& view : views) {
      if (view.name == "dense.bias") view.shape = {16, 16};
    }
  });
  EXPECT_NE(message.find("dense.bias [16, 16] instead of [256]"), std::string::npos) << message;
}

TEST_F(LoadWeightsTest, TheWeightsOfAnotherNetworkAreRefused) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  Classifier model = MakeModel("mobilenet_v2");
  EXPECT_THROW(LoadWeights(*OpenTensorFile(data / "weights/squeezenet1_1_imagenet.pth"), HeadWeights::kLeave, model),
               dataset::Error);
}

}  // namespace
}  // namespace train
