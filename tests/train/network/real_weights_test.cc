// Tests published weights on photographs of ImageNet, one per class.
#include <gtest/gtest.h>

#include "dataset/augment/augmentation.h"
#include "dataset/codec/decoder.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"
#include "tests/train/goldens.h"
#include "tests/train/models.h"
#include "train/loop/batch_mover.h"
#include "train/model/pretrained.h"
#include "train/network/classifier.h"
#include "train/network/weight_loader.h"

namespace train {
namespace {

using torch::Tensor;

// A published network for 224 x 224 pixels, with its weights.
class Published {
 public:
  Published(const std::string& backbone, const std::filesystem::path& weights)
      : pretrained_(OpenPretrained(weights, FindBackbone(backbone))),
        model_(
            testing::PublishedModel(backbone, std::string(dataset::NameOf(pretrained_.variant->variant)), 1000, 224)),
        mover_({}, {NormalizationKind::kFixed, pretrained_.mean, pretrained_.stddev, nullptr}) {
    LoadWeights(*pretrained_.file, HeadWeights::kLoad, model_);
    model_.SetEvaluating();
    model_.To(torch::kCPU);
  }

  // Computes the logits of RGB bytes, HWC.
  Tensor Logits(uint8_t* pixels) const {
    dataset::Batch batch;
    batch.size = batch.valid = 1;
    batch.height = batch.width = 224;
    batch.channels = 3;
    batch.data = pixels;
    batch.labels = {0};
    return model_.Forward(mover_.Move(batch).pixels);
  }

 private:
  Pretrained pretrained_;
  Classifier model_;
  BatchMover mover_;
};

// Counts the photographs whose best score is right. Their short side becomes 256, then the centre 224 is cut out.
int CountRight(const std::string& backbone, const std::filesystem::path& weights, const std::filesystem::path& data) {
  torch::NoGradGuard no_grad;
  const Published published(backbone, weights);
  dataset::AugmentationOptions options;
  options.image_size = 224;
  options.channels = 3;
  options.eval_resize = 256;
  const dataset::Augmentation view(options);
  dataset::Image scratch;
  std::vector<uint8_t> pixels(224 * 224 * 3);
  int right = 0;
  // Each row has a file name and the class of torchvision's list that the file name names.
  for (const std::vector<std::string>& row : testing::ReadGoldens("imagenet_labels.csv")) {
    const std::string encoded = dataset::ReadFile(data / "imagenet" / row[0]);
    dataset::Rng rng(0, dataset::Domain::kAugment, 0, 0);
    const dataset::Size size = *dataset::PeekImageSize(encoded);
    view.ApplyEncoded(encoded, view.Plan(size.width, size.height, rng), &scratch, pixels.data());
    right += published.Logits(pixels.data()).argmax(1).item<int64_t>() == std::stoll(row[1]);
  }
  return right;
}

// Compares with goldens/real.csv: PyTorch's logits for the centre 224 x 224 pixels of one photograph.
void ExpectLogits(const std::string& backbone, const std::filesystem::path& weights,
                  const std::filesystem::path& data) {
  torch::NoGradGuard no_grad;
  dataset::Image image;
  dataset::DecodeImage(dataset::ReadFile(data / "imagenet/n02088364_beagle.JPEG"), {}, &image);
  const int64_t y = (image.height() - 224) / 2, x = (image.width() - 224) / 2;
  Tensor pixels = torch::from_blob(image.data(), {image.height(), image.width(), 3}, torch::kUInt8)
                      .slice(0, y, y + 224)
                      .slice(1, x, x + 224)
                      .contiguous();
  const Published published(backbone, weights);
  const Tensor logits = published.Logits(pixels.data_ptr<uint8_t>());
  std::vector<float> expected;
  for (const std::vector<std::string>& row : testing::ReadGoldens("real.csv")) {
    if (row[0] != backbone) continue;
    for (size_t i = 3; i < row.size(); ++i) expected.push_back(std::stof(row[i]));
  }
  ASSERT_EQ(logits.numel(), static_cast<int64_t>(expected.size()));
  EXPECT_LT((logits.flatten() - torch::tensor(expected)).abs().max().item<float>(), 1e-3f);
}

std::filesystem::path Lite0() { return dataset::testing::SourceDir() / "weights/efficientnet_lite0.pth"; }

// With this file, torchvision and Pillow's resize get 108 of 167 right.
TEST(RealWeightsTest, SqueezeNet) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  EXPECT_NEAR(CountRight("squeezenet1_1", data / "weights/squeezenet1_1_imagenet.pth", data), 108, 3);
}

// With this file, torchvision and Pillow's resize get 139 right.
TEST(RealWeightsTest, MobileNetV2) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const auto weights = data / "weights/mobilenet_v2_imagenet_recovered.pth";
  ExpectLogits("mobilenet_v2", weights, data);
  EXPECT_NEAR(CountRight("mobilenet_v2", weights, data), 139, 3);
}

// The authors' program gets 88 % of 1000 such photographs right.
TEST(RealWeightsTest, EfficientNetLite0) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  if (!std::filesystem::exists(Lite0())) GTEST_SKIP() << "no weights: make weights";
  ExpectLogits("efficientnet_lite0", Lite0(), data);
  EXPECT_NEAR(CountRight("efficientnet_lite0", Lite0(), data), 0.88 * 167, 6);
}

}  // namespace
}  // namespace train
