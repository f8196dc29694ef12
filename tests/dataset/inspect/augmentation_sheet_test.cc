#include "dataset/inspect/augmentation_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dataset/augment/augmentation.h"
#include "dataset/augment/augmentation_preset.h"
#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/encoder.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/dataset/image/image_compare.h"
#include "tests/dataset/read/foreign_file.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

using testing::Compare;
using testing::Cut;
using testing::ForeignExample;
using testing::MakePicture;
using testing::TempDir;

constexpr int kSize = 32, kStep = kSize + 4;

class AugmentationSheetTest : public ::testing::Test {
 protected:
  AugmentationSheetTest() {
    std::vector<Example> examples;
    for (uint32_t i = 0; i < 3; ++i) {
      pictures_.push_back(MakePicture(kSize, kSize, 3, i + 1));
      std::string png;
      EncodePng(pictures_.back(), &png);
      examples.push_back(ForeignExample(png, i));
    }
    options_.path = dir_ / "x.tfrecord";
    options_.output = dir_ / "sheet.jpg";
    options_.augmentation = OptionsOf(AugmentationPreset::kStrong);
    options_.augmentation.image_size = options_.augmentation.eval_resize = kSize;
    options_.seed = 5;
    options_.sync = Sync::kNo;
    testing::WriteExamples(options_.path, examples);
  }

  uint32_t Write() {
    NoProgress progress;
    const uint32_t pictures = WriteAugmentationSheet(options_, progress);
    DecodeImage(ReadFile(options_.output), {}, &sheet_);
    return pictures;
  }

  Image Cell(int row, int column) const { return Cut(sheet_, {4 + column * kStep, 4 + row * kStep, kSize, kSize}); }

  const TempDir dir_;
  std::vector<Image> pictures_;
  AugmentationSheetOptions options_;
  Image sheet_;
};

TEST_F(AugmentationSheetTest, ShowsOriginalsAndTheirEpochs) {
  EXPECT_EQ(Write(), 3u);
  EXPECT_EQ(sheet_.width(), 4 + 9 * kStep);
  EXPECT_EQ(sheet_.height(), 4 + 3 * kStep);
  const Augmentation augmentation(options_.augmentation);
  for (uint32_t id = 0; id < 3; ++id) {
    EXPECT_LT(Compare(Cell(static_cast<int>(id), 0), pictures_[id]).mean, 8);
    for (uint32_t epoch = 0; epoch < 8; ++epoch) {
      Rng rng(5, Domain::kAugment, epoch, id);
      Image expected(kSize, kSize, 3);
      augmentation.ApplyPixels(pictures_[id], augmentation.Plan(kSize, kSize, rng), expected.data());
      EXPECT_LT(Compare(Cell(static_cast<int>(id), static_cast<int>(epoch) + 1), expected).mean, 8) << id << epoch;
    }
  }
}

TEST_F(AugmentationSheetTest, MixesWithinAnEpoch) {
  options_.augmentation = {};
  options_.augmentation.image_size = options_.augmentation.eval_resize = kSize;
  options_.mix = {.cutmix = 1};
  std::vector<Example> examples;
  for (const int grey : {0, 255}) {
    Image plain(kSize, kSize, 3);
    std::fill_n(plain.data(), plain.bytes(), static_cast<uint8_t>(grey));
    std::string png;
    EncodePng(plain, &png);
    examples.push_back(ForeignExample(png, 0));
  }
  testing::WriteExamples(options_.path, examples);
  Write();
  int mixed = 0;
  for (int column = 1; column <= 8; ++column) mixed += Compare(Cell(1, column), Cell(1, 0)).max > 200;
  EXPECT_GE(mixed, 4);
}

TEST_F(AugmentationSheetTest, GreyAndFewerPictures) {
  options_.augmentation.channels = 1;
  options_.pictures = 2;
  EXPECT_EQ(Write(), 2u);
  EXPECT_EQ(sheet_.height(), 4 + 2 * kStep);
}

TEST_F(AugmentationSheetTest, TheSameInputGivesTheSameBytes) {
  Write();
  const std::string first = ReadFile(options_.output);
  Write();
  EXPECT_EQ(ReadFile(options_.output), first);
  options_.seed = 6;
  Write();
  EXPECT_NE(ReadFile(options_.output), first);
}

TEST_F(AugmentationSheetTest, DamageAndMisuseAreErrors) {
  options_.pictures = 0;
  EXPECT_THROW(Write(), Error);
  options_.pictures = 101;
  EXPECT_THROW(Write(), Error);
  options_.pictures = 100;
  options_.augmentation.image_size = options_.augmentation.eval_resize = 8000;
  EXPECT_THROW(Write(), Error);
  options_.augmentation.image_size = options_.augmentation.eval_resize = kSize;
  testing::WriteExamples(options_.path, {ForeignExample("no picture", 0)});
  EXPECT_THROW(Write(), Error);
  testing::WriteExamples(options_.path, {});
  EXPECT_THROW(Write(), Error);
}

}  // namespace
}  // namespace dataset
