// Features and logits of every backbone and variant against the reference implementations (goldens/make_backbones.py).
#include <gtest/gtest.h>

#include <map>

#include "tests/testing/named.h"
#include "tests/train/formula.h"
#include "tests/train/goldens.h"
#include "tests/train/models.h"
#include "train/network/classifier.h"
#include "train/network/weight_loader.h"

namespace train {
namespace {

using dataset::testing::Named;
using torch::Tensor;

struct GoldenCase {
  std::string backbone, variant;
  int size = 0;
  float gain = 1;
  std::map<std::string, std::vector<float>> values;  // features, logits
};

std::vector<GoldenCase> Cases() {
  std::vector<GoldenCase> cases;
  for (const std::vector<std::string>& row : testing::ReadGoldens("backbones.csv")) {
    const int size = std::stoi(row[2]);
    if (cases.empty() || cases.back().backbone != row[0] || cases.back().variant != row[1] ||
        cases.back().size != size) {
      cases.push_back({row[0], row[1], size, std::stof(row[4]), {}});
    }
    for (size_t i = 5; i < row.size(); ++i) cases.back().values[row[3]].push_back(std::stof(row[i]));
  }
  return cases;
}

Spelling SpellingOf(const std::string& variant) {
  return variant == "keras" ? Spelling::kKeras : variant == "timm" ? Spelling::kTimm : Spelling::kTorch;
}

// A network with a wrong epsilon in one norm is off by 1.4e-5 or more.
void ExpectClose(const Tensor& got, const std::vector<float>& expected, const std::string& what) {
  ASSERT_EQ(got.numel(), static_cast<int64_t>(expected.size())) << what;
  const Tensor reference = torch::tensor(expected);
  const float difference = (got.to(torch::kFloat32).flatten() - reference).abs().max().item<float>();
  EXPECT_LE(difference, 2e-5f * reference.abs().max().item<float>()) << what << "\n" << got.flatten() << reference;
}

std::vector<Named<GoldenCase>> NamedCases() {
  std::vector<Named<GoldenCase>> named;
  for (const GoldenCase& golden : Cases()) {
    named.push_back({golden.backbone + "_" + golden.variant + "_" + std::to_string(golden.size), golden});
  }
  return named;
}

class BackboneGoldenTest : public ::testing::TestWithParam<Named<GoldenCase>> {};

TEST_P(BackboneGoldenTest, EqualsTheReference) {
  const GoldenCase& golden = GetParam().value;
  torch::NoGradGuard no_grad;
  // EfficientNet-B0 has the same graph in torchvision and in timm, with two spellings.
  const bool shared = golden.backbone == "efficientnet_b0" && golden.variant == "timm";
  Classifier model(testing::PublishedModel(golden.backbone, shared ? "torchvision" : golden.variant, 10, golden.size));
  LoadWeights(testing::FormulaFile(model.graph(), golden.size, SpellingOf(golden.variant), golden.gain),
              HeadWeights::kLoad, model);
  model.SetEvaluating();
  model.To(torch::kCPU);
  const uint32_t offset = testing::FormulaOffset("input");
  Tensor pixels = torch::empty({2, 3, golden.size, golden.size});
  for (int64_t i = 0; i < pixels.numel(); ++i) {
    pixels.data_ptr<float>()[i] = testing::Formula(offset, static_cast<uint64_t>(i));
  }
  pixels = pixels.contiguous(at::MemoryFormat::ChannelsLast);
  const Tensor map = model.network().Run(0, model.graph().backbone, pixels);
  const Tensor features = map.mean({2, 3})[1];
  const std::vector<float>& expected = golden.values.at("features");
  std::vector<int64_t> sampled;
  const auto count = static_cast<int64_t>(expected.size());
  for (int64_t i = 0; i < count; ++i) sampled.push_back(i * features.size(0) / count);
  ExpectClose(features.index_select(0, torch::tensor(sampled)), expected, "features");
  const auto logits = golden.values.find("logits");
  if (logits != golden.values.end()) ExpectClose(model.Forward(pixels)[1], logits->second, "logits");
}

INSTANTIATE_TEST_SUITE_P(All, BackboneGoldenTest, ::testing::ValuesIn(NamedCases()),
                         dataset::testing::kNameOfParameter);

}  // namespace
}  // namespace train
