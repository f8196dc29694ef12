#include "train/loop/normalization.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "dataset/load/standardization.h"
#include "tests/testing/testing.h"
#include "train/loop/batch_mover.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

constexpr int kHeight = 3, kWidth = 2, kChannels = 3, kValues = kHeight * kWidth * kChannels, kPictures = 4;

// Returns a whitening with an arbitrary map.
std::shared_ptr<const dataset::Whitening> MakeWhitening() {
  std::vector<float> matrix, bias;
  for (int i = 0; i < kValues * kValues; ++i) matrix.push_back(static_cast<float>(i * 37 % 101 - 50) / 300);
  for (int i = 0; i < kValues; ++i) bias.push_back(static_cast<float>(i) / 7);
  return std::make_shared<const dataset::Whitening>(std::move(matrix), std::move(bias));
}

class BatchMoverTest : public ::testing::Test {
 protected:
  BatchMoverTest() {
    for (int i = 0; i < kPictures * kValues; ++i) bytes_.push_back(static_cast<uint8_t>(i * 89 % 256));
    std::fill(bytes_.end() - kValues, bytes_.end(), uint8_t{77});  // nothing deviates
    batch_.size = kPictures + 1;
    batch_.valid = kPictures;
    batch_.height = kHeight;
    batch_.width = kWidth;
    batch_.channels = kChannels;
    batch_.data = bytes_.data();
    batch_.labels.assign(kPictures + 1, 1);
  }

  int Byte(int picture, int c, int y, int x) const {
    return bytes_[static_cast<size_t>(((picture * kHeight + y) * kWidth + x) * kChannels + c)];
  }

  // Compares the moved batch with expected(picture, c, y, x).
  void Expect(const Normalization& normalization, const std::function<float(int, int, int, int)>& expected) {
    const BatchMover::Result result = BatchMover({}, normalization).Move(batch_);
    ASSERT_EQ(result.pixels.sizes(), (std::vector<int64_t>{kPictures, kChannels, kHeight, kWidth}));
    const auto values = result.pixels.accessor<float, 4>();
    for (int picture = 0; picture < kPictures; ++picture) {
      for (int c = 0; c < kChannels; ++c) {
        for (int y = 0; y < kHeight; ++y) {
          for (int x = 0; x < kWidth; ++x) {
            EXPECT_NEAR(values[picture][c][y][x], expected(picture, c, y, x), 2e-4);
          }
        }
      }
    }
  }

  std::vector<uint8_t> bytes_;
  dataset::Batch batch_;
};

TEST_F(BatchMoverTest, FixedIsByChannels) {
  const std::vector<float> mean = {10, 20, 30}, stddev = {2, 4, 8};
  Expect({NormalizationKind::kFixed, mean, stddev, nullptr}, [&](int picture, int c, int y, int x) {
    return (static_cast<float>(Byte(picture, c, y, x)) - mean[static_cast<size_t>(c)]) / stddev[static_cast<size_t>(c)];
  });
}

TEST_F(BatchMoverTest, SampleIsByEachPicture) {
  Expect({NormalizationKind::kSample, {}, {}, nullptr}, [&](int picture, int c, int y, int x) {
    const dataset::MeanAndStd own =
        dataset::PerSampleStandardization({bytes_.data() + picture * kValues, static_cast<size_t>(kValues)});
    return (static_cast<float>(Byte(picture, c, y, x)) - own.mean) / own.stddev;
  });
}

TEST_F(BatchMoverTest, WhiteningIsThatOfTheLibrary) {
  const auto whitening = MakeWhitening();
  Expect({NormalizationKind::kZca, {}, {}, whitening}, [&](int picture, int c, int y, int x) {
    std::vector<float> out(kValues);
    whitening->Apply(bytes_.data() + picture * kValues, out.data());
    return out[static_cast<size_t>((c * kHeight + y) * kWidth + x)];
  });
}

TEST_F(BatchMoverTest, TargetsAreLabelsUntilTheBatchHasShares) {
  const BatchMover mover({}, {NormalizationKind::kSample, {}, {}, nullptr});
  EXPECT_TRUE(mover.Move(batch_).targets.equal(torch::full({kPictures}, 1, torch::kInt64)));
  batch_.targets.assign((kPictures + 1) * 2, 0.5f);
  const BatchMover::Result mixed = mover.Move(batch_);
  EXPECT_TRUE(mixed.targets.equal(torch::full({kPictures, 2}, 0.5f)));
  EXPECT_TRUE(mixed.labels.equal(torch::full({kPictures}, 1, torch::kInt64)));
}

TEST(WhiteningFileTest, RoundTrips) {
  const dataset::testing::TempDir dir;
  const auto whitening = MakeWhitening();
  WriteWhitening(dir / "w.safetensors", *whitening, "f1", dataset::Sync::kNo);
  const auto read = ReadWhitening(dir / "w.safetensors", kValues, "f1");
  EXPECT_THROW(ReadWhitening(dir / "w.safetensors", kValues, "f2"), dataset::Error) << "of another run";
  EXPECT_EQ(read->matrix(), whitening->matrix());
  EXPECT_EQ(read->bias(), whitening->bias());
}

TEST(WhiteningFileTest, WrongFilesAreRefusedByName) {
  const dataset::testing::TempDir dir;
  const auto path = dir / "w.safetensors";
  const std::vector<float> numbers(4, 1.0f);
  const std::string_view bytes(reinterpret_cast<const char*>(numbers.data()), sizeof(float) * 4);
  const TensorView matrix{"matrix", DType::kFloat32, {2, 2}, bytes};
  const TensorView bias{"bias", DType::kFloat32, {2}, bytes.substr(0, 8)};
  const std::vector<float> nan(4, std::nanf(""));
  const std::string_view spoilt(reinterpret_cast<const char*>(nan.data()), sizeof(float) * 4);
  const std::vector<std::vector<TensorView>> files = {
      {{"matrix", DType::kFloat32, {2, 2}, spoilt}, bias},
      {matrix, {"bias", DType::kFloat32, {2}, spoilt.substr(0, 8)}},
      {},
      {matrix},
      {bias},
      {matrix, {"bias", DType::kInt32, {2}, bytes.substr(0, 8)}},
      {matrix, {"bias", DType::kFloat32, {1, 2}, bytes.substr(0, 8)}},
      {{"matrix", DType::kFloat32, {4}, bytes}, bias},
      {{"matrix", DType::kFloat32, {1, 4}, bytes}, bias},
  };
  for (const std::vector<TensorView>& tensors : files) {
    WriteSafetensors(path, tensors, {}, dataset::Sync::kNo);
    try {
      ReadWhitening(path, 2, "");
      ADD_FAILURE() << tensors.size();
    } catch (const dataset::Error& error) {
      EXPECT_NE(std::string(error.what()).find("w.safetensors"), std::string::npos) << error.what();
    }
  }
  WriteSafetensors(path, {matrix, bias}, {}, dataset::Sync::kNo);
  EXPECT_EQ(ReadWhitening(path, 2, "")->values(), 2u);
  EXPECT_THROW(ReadWhitening(path, 3, ""), dataset::Error);
}

TEST(NormalizationTest, NamesRoundTrip) {
  for (const auto kind :
       {NormalizationKind::kFixed, NormalizationKind::kSample, NormalizationKind::kZca, NormalizationKind::kPca}) {
    EXPECT_EQ(dataset::ParseName<NormalizationKind>(dataset::NameOf(kind)), kind);
  }
  EXPECT_EQ(dataset::ParseName<NormalizationKind>("none"), std::nullopt);
}

}  // namespace
}  // namespace train
