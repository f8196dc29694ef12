#include "dataset/codec/encoder.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "tests/dataset/image/image_compare.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::Compare;
using testing::MakePicture;

Image Decode(const std::string& bytes) {
  Image image;
  DecodeImage(bytes, {.channels = 0}, &image);
  return image;
}

TEST(EncodeJpeg, ComesBackNearlyTheSame) {
  for (const int channels : {1, 3}) {
    const Image image = MakePicture(57, 83, channels, 3);
    std::string bytes;
    EncodeJpeg(image, 95, &bytes);
    EXPECT_LT(Compare(Decode(bytes), image).mean, 2);
    const ImageHeader header = ReadImageHeader(bytes);
    EXPECT_EQ(header.format, ImageFormat::kJpeg);
    EXPECT_EQ(header.channels, channels);
    EXPECT_FALSE(header.progressive);
  }
}

TEST(EncodeJpeg, IsDeterministicAndReplacesWhatWasThere) {
  const Image image = MakePicture(64, 48, 3, 5);
  std::string first, second = "something else";
  EncodeJpeg(image, 80, &first);
  EncodeJpeg(image, 80, &second);
  EXPECT_EQ(first, second);
}

TEST(EncodeJpeg, QualityCostsBytes) {
  const Image image = MakePicture(100, 100, 3, 5);
  std::string low, high;
  EncodeJpeg(image, 1, &low);
  EncodeJpeg(image, 100, &high);
  EXPECT_LT(low.size(), high.size() / 2);
}

// Baseline 4:2:0 has a SOF0 marker with the sampling factors 2x2, 1x1, 1x1.
TEST(EncodeJpeg, IsBaseline420) {
  std::string bytes;
  EncodeJpeg(MakePicture(16, 24, 3, 5), 95, &bytes);
  EXPECT_NE(bytes.find(testing::FromHex("ffc0 0011 08 0010 0018 03 012200 021101 031101")), std::string::npos);
}

// The table for DC values of luminance stands for all four.
TEST(EncodeJpeg, HasTheTablesOfAnnexK) {
  std::string bytes;
  EncodeJpeg(MakePicture(16, 24, 3, 5), 95, &bytes);
  const char kTable[] = "ffc4 001f 00 00010501010101010100000000000000 000102030405060708090a0b";
  EXPECT_NE(bytes.find(testing::FromHex(kTable)), std::string::npos);
}

TEST(EncodeJpeg, RefusesWhatTheFormatCannotHold) {
  std::string bytes;
  EXPECT_THROW(EncodeJpeg(Image(1, 65501, 1), 95, &bytes), Error);
  EXPECT_THROW(EncodeJpeg(Image(0, 5, 3), 95, &bytes), Error);
}

TEST(EncodePng, IsLosslessAndDeterministic) {
  for (const int channels : {1, 3}) {
    for (const int width : {1, 7, 64}) {
      const Image image = MakePicture(31, width, channels, 3);
      std::string first, second = "something else";
      EncodePng(image, &first);
      EncodePng(image, &second);
      EXPECT_EQ(first, second);
      EXPECT_EQ(Compare(Decode(first), image).max, 0);
    }
  }
}

TEST(EncodePng, HoldsNoAncillaryChunks) {
  std::string bytes;
  EncodePng(MakePicture(8, 8, 3, 3), &bytes);
  EXPECT_EQ(bytes.substr(12, 4), "IHDR");
  EXPECT_EQ(bytes.substr(8 + 25 + 4, 4), "IDAT");
  EXPECT_EQ(bytes.substr(bytes.size() - 8, 4), "IEND");
}

TEST(EncodePng, RefusesAnEmptyPicture) {
  std::string bytes;
  EXPECT_THROW(EncodePng(Image(0, 5, 3), &bytes), Error);
}

}  // namespace
}  // namespace dataset
