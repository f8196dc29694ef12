#include "dataset/codec/jpeg_codec.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/random.h"
#include "dataset/codec/encoder.h"
#include "dataset/image/orientation.h"
#include "dataset/image/resize.h"
#include "dataset/io/file.h"
#include "tests/dataset/image/image_compare.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::Compare;
using testing::Cut;
using testing::FromHex;
using testing::MakePicture;
using testing::PixelBytes;

std::string MakeJpeg(int height, int width, int channels = 3, int quality = 90) {
  std::string bytes;
  EncodeJpeg(MakePicture(height, width, channels, 7), quality, &bytes);
  return bytes;
}

// Inserts an APP1 segment with `content` right behind the start.
std::string WithApp1(const std::string& jpeg, const std::string& content) {
  std::string segment("\xff\xe1", 2);
  segment += static_cast<char>((content.size() + 2) >> 8);
  segment += static_cast<char>((content.size() + 2) & 0xff);
  return jpeg.substr(0, 2) + segment + content + jpeg.substr(2);
}

std::string ExifWithOrientation(int orientation) {
  std::string exif = FromHex("457869660000 4d4d002a00000008 0001 0112 0003 00000001 00010000 00000000");
  exif[6 + 8 + 2 + 9] = static_cast<char>(orientation);
  return exif;
}

Image Decode(const std::string& bytes, const DecodeOptions& options = {}) {
  Image image;
  return Cut(image, DecodeJpeg(bytes, options, &image).Pixels());
}

std::string ReasonOf(const std::string& bytes) {
  Image image;
  try {
    DecodeJpeg(bytes, {}, &image);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// A progressive grey JPEG of 8 x 8 pixels, and a DC scan of full precision that may be repeated.
const char* kProgressive =
    "ffd8ffe000104a46494600010101004800480000ffdb0043000302020302020303030304030304050805050404050a070706"
    "080c0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f171816141812141514ffc2000b08000800080101"
    "1100ffc40014000100000000000000000000000000000008";
const char* kProgressiveScan = "ffda000801010000000054ff00";

TEST(Jpeg, HeaderSaysWhatIsStored) {
  const ImageHeader colour = ReadJpegHeader(MakeJpeg(20, 33));
  EXPECT_EQ(colour.width, 33);
  EXPECT_EQ(colour.height, 20);
  EXPECT_EQ(colour.channels, 3);
  EXPECT_EQ(colour.orientation, 1);
  EXPECT_FALSE(colour.cmyk);
  EXPECT_FALSE(colour.progressive);
  EXPECT_EQ(ReadJpegHeader(MakeJpeg(9, 9, 1)).channels, 1);
  EXPECT_TRUE(ReadJpegHeader(FromHex(std::string(kProgressive) + kProgressiveScan + "ffd9")).progressive);
  const ImageHeader turned = ReadJpegHeader(WithApp1(MakeJpeg(20, 33), ExifWithOrientation(6)));
  EXPECT_EQ(turned.width, 33);
  EXPECT_EQ(turned.upright_width(), 20);
  EXPECT_EQ(turned.upright_height(), 33);
}

TEST(Jpeg, CutOffAnywhereIsRefused) {
  for (const int channels : {1, 3}) {
    const std::string jpeg = MakeJpeg(60, 80, channels);
    for (size_t size = 0; size < jpeg.size(); ++size) {
      const std::string cut = jpeg.substr(0, size);
      EXPECT_THROW(ReadJpegHeader(cut), Error) << size;
      EXPECT_NE(ReasonOf(cut), "") << size;
    }
  }
}

TEST(Jpeg, EndMarkerOfAThumbnailIsNotTheEnd) {
  const std::string thumbnail = MakeJpeg(8, 8);
  const std::string jpeg = WithApp1(MakeJpeg(60, 80), ExifWithOrientation(1) + thumbnail);
  EXPECT_NO_THROW(ReadJpegHeader(jpeg));
  EXPECT_THROW(ReadJpegHeader(jpeg.substr(0, jpeg.size() - 2)), Error);
}

TEST(Jpeg, BytesBehindTheEndAreAllowed) {
  const std::string jpeg = MakeJpeg(20, 20);
  EXPECT_NO_THROW(ReadJpegHeader(jpeg + std::string(1000, 'x')));
  EXPECT_EQ(Compare(Decode(jpeg + "trailer"), Decode(jpeg)).max, 0);
}

TEST(Jpeg, LostDataIsAnErrorInTheCodecsWords) {
  std::string jpeg = MakeJpeg(64, 64);
  jpeg.replace(jpeg.size() - 40, 2, "\xff\xd9");  // ends early
  EXPECT_NE(ReasonOf(jpeg).find("premature end of data segment"), std::string::npos) << ReasonOf(jpeg);
}

TEST(Jpeg, ManyScansAreRefused) {
  const auto with_scans = [](int scans) {
    std::string hex = kProgressive;
    for (int i = 0; i < scans; ++i) hex += kProgressiveScan;
    return FromHex(hex + "ffd9");
  };
  EXPECT_EQ(ReasonOf(with_scans(1)), "");
  EXPECT_EQ(ReasonOf(with_scans(400)), "");
  EXPECT_NE(ReasonOf(with_scans(600)).find("scans"), std::string::npos);
}

TEST(Jpeg, OrientationIsApplied) {
  const std::string jpeg = MakeJpeg(24, 40);
  const Image stored = Decode(jpeg);
  const Image turned = Decode(WithApp1(jpeg, ExifWithOrientation(6)));
  ASSERT_EQ(turned.width(), 24);
  ASSERT_EQ(turned.height(), 40);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 24; ++x) {
      for (int c = 0; c < 3; ++c) ASSERT_EQ(turned.row(y)[3 * x + c], stored.row(23 - x)[3 * y + c]);
    }
  }
}

TEST(Jpeg, ChannelsAreAsAskedFor) {
  const std::string colour = MakeJpeg(10, 10), grey = MakeJpeg(10, 10, 1);
  EXPECT_EQ(Decode(colour, {.channels = 0}).channels(), 3);
  EXPECT_EQ(Decode(grey, {.channels = 0}).channels(), 1);
  EXPECT_EQ(Decode(colour, {.channels = 1}).channels(), 1);
  const Image repeated = Decode(grey, {.channels = 3}), plain = Decode(grey, {.channels = 1});
  for (int i = 0; i < 100; ++i) {
    for (int c = 0; c < 3; ++c) ASSERT_EQ(repeated.data()[3 * i + c], plain.data()[i]);
  }
}

TEST(Jpeg, ScaledDecodeIsCloseToResizedFullDecode) {
  const std::string jpeg = MakeJpeg(203, 301, 3, 98);
  const Image full = Decode(jpeg);
  for (const int k : {1, 2, 4}) {
    const Image scaled = Decode(jpeg, {.min_width = 301 * k / 8, .min_height = 203 * k / 8});
    ASSERT_EQ(scaled.width(), (301 * k + 7) / 8);
    ASSERT_EQ(scaled.height(), (203 * k + 7) / 8);
    Image resized;
    ResizeImage(full, Rect{0, 0, 301, 203}, scaled.width(), scaled.height(), Interpolation::kAuto, &resized);
    EXPECT_LT(Compare(scaled, resized).mean, 3) << k;
  }
}

TEST(Jpeg, ScaleIsTheSmallestNotBelowTheWantedSize) {
  const std::string jpeg = MakeJpeg(160, 240);
  const auto size = [&](int min_width, int min_height) {
    const Image image = Decode(jpeg, {.min_width = min_width, .min_height = min_height});
    return std::pair(image.width(), image.height());
  };
  EXPECT_EQ(size(30, 20), std::pair(30, 20));
  EXPECT_EQ(size(31, 20), std::pair(60, 40));
  EXPECT_EQ(size(30, 21), std::pair(60, 40));
  EXPECT_EQ(size(1, 1), std::pair(30, 20));
  EXPECT_EQ(size(211, 1), std::pair(240, 160));
  EXPECT_EQ(size(1000, 1000), std::pair(240, 160));
  EXPECT_EQ(size(0, 0), std::pair(240, 160));
}

// A part is decoded to exactly the pixels that it has in the whole picture, also at its edges.
TEST(Jpeg, PartEqualsThatPartOfTheWhole) {
  for (const int orientation : {1, 3, 6}) {
    const std::string jpeg = WithApp1(MakeJpeg(133, 211), ExifWithOrientation(orientation));
    for (const int eighths : {2, 4, 8}) {
      const auto scaled = [&](int pixels) { return (pixels * eighths + 7) / 8; };
      const auto decode = [&](const Rect& crop) {
        const int width = orientation == 6 ? 133 : 211, height = orientation == 6 ? 211 : 133;
        const int least_width = (crop == Rect{} ? width : crop.width) * eighths / 8;
        const int least_height = (crop == Rect{} ? height : crop.height) * eighths / 8;
        return Decode(jpeg, {.min_width = eighths == 8 ? 0 : least_width, .min_height = least_height, .crop = crop});
      };
      const Image whole = decode({});
      Rng rng(1, Domain::kAugment, 0, static_cast<uint32_t>(orientation * 10 + eighths));
      for (int i = 0; i < 40; ++i) {
        // The part is in multiples of 8 stored pixels, so that it lies on whole pixels at every scale.
        const int x = static_cast<int>(rng.Below(25)), y = static_cast<int>(rng.Below(15));
        const int width = 1 + static_cast<int>(rng.Below(static_cast<uint32_t>(26 - x)));
        const int height = 1 + static_cast<int>(rng.Below(static_cast<uint32_t>(16 - y)));
        const Rect crop = ToUpright({8 * x, 8 * y, 8 * width, 8 * height}, orientation, 211, 133);
        const Rect expected = ToUpright({eighths * x, eighths * y, eighths * width, eighths * height}, orientation,
                                        scaled(211), scaled(133));
        ASSERT_EQ(Compare(decode(crop), Cut(whole, expected)).max, 0)
            << orientation << " " << eighths << " " << crop.x << " " << crop.y;
      }
    }
  }
}

// At a reduced scale the edges of a part keep their places, also between pixels.
TEST(Jpeg, ScaledPartKeepsItsPlace) {
  const std::string jpeg = MakeJpeg(133, 211);
  for (const int orientation : {1, 2, 3, 4, 5, 6, 7, 8}) {
    const std::string turned = WithApp1(jpeg, ExifWithOrientation(orientation));
    const bool transposed = orientation >= 5;
    // 16 x 16 pixels; the offset counts from the left and top of the stored picture.
    Rect crop = ToUpright({35, 21, 16, 16}, orientation, 211, 133);
    Image whole, part;
    DecodeJpeg(turned, {.min_width = transposed ? 66 : 105, .min_height = transposed ? 105 : 66}, &whole);
    const FineRect place = DecodeJpeg(turned, {.min_width = 8, .min_height = 8, .crop = crop}, &part);
    EXPECT_EQ(place.width, 64);
    EXPECT_EQ(place.height, 64);
    // 35/2 and 21/2 lie between pixels.
    const Rect pixels = place.Pixels();
    EXPECT_EQ(pixels.width, 9);
    EXPECT_EQ(pixels.height, 9);
    const Rect expected = ToUpright({17, 10, 9, 9}, orientation, 106, 67);
    EXPECT_EQ(Compare(Cut(part, pixels), Cut(whole, expected)).max, 0) << orientation;
  }
}

// A picture with a frame differs more, since pixels at a small scale also hold some of what lies beside the part.
TEST(Jpeg, ScaledPartsResizeToWhatTheFullPictureGives) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  for (const auto& [interpolation, limit] : {std::pair(Interpolation::kArea, 3), std::pair(Interpolation::kQuick, 1)}) {
    double sum = 0;
    int scaled = 0, pictures = 0;
    for (const auto& entry : std::filesystem::directory_iterator(data / "imagenet")) {
      if (++pictures > 40) break;
      const std::string bytes = ReadFile(entry.path());
      const ImageHeader header = ReadJpegHeader(bytes);
      const Rect crop{3, 5, header.width - 10, header.height - 12};
      Image full, part, expected, resized;
      const FineRect all = DecodeJpeg(bytes, {.crop = crop}, &full);
      for (const int side : {16, 24, 32, 48, 64}) {
        const int least = LeastDecodedSide(side, interpolation);
        const FineRect from = DecodeJpeg(bytes, {.min_width = least, .min_height = least, .crop = crop}, &part);
        if (from.width == all.width) continue;
        ResizeImage(full, all, side, side, interpolation, &expected);
        ResizeImage(part, from, side, side, interpolation, &resized);
        const double mean = Compare(resized, expected).mean;
        EXPECT_LT(mean, 4 * limit) << entry.path() << " " << side;
        sum += mean;
        ++scaled;
      }
    }
    EXPECT_GT(scaled, 50);
    EXPECT_LT(sum / scaled, limit);
  }
}

TEST(Jpeg, CropOutsideIsRefused) {
  const std::string jpeg = MakeJpeg(20, 30);
  Image image;
  for (const Rect& crop : {Rect{0, 0, 31, 20}, Rect{-1, 0, 5, 5}, Rect{29, 0, 2, 2}, Rect{0, 0, 0, 5},
                           Rect{2147483647, 0, 2, 2}, Rect{1, 1, 2147483647, 2}}) {
    EXPECT_THROW(DecodeJpeg(jpeg, {.crop = crop}, &image), Error);
  }
  EXPECT_NO_THROW(DecodeJpeg(jpeg, {.crop = {28, 18, 2, 2}}, &image));
}

TEST(Jpeg, CutOffOutsideOfTheCropIsRefused) {
  const std::string jpeg = MakeJpeg(60, 80);
  Image image;
  for (size_t size = jpeg.size() / 2; size < jpeg.size(); ++size) {
    EXPECT_THROW(DecodeJpeg(jpeg.substr(0, size), {.crop = {0, 0, 8, 8}}, &image), Error) << size;
  }
  EXPECT_NO_THROW(DecodeJpeg(jpeg, {.crop = {0, 0, 8, 8}}, &image));
}

TEST(Jpeg, OtherSizeThanExpectedIsRefused) {
  const std::string jpeg = MakeJpeg(20, 30);
  Image image;
  EXPECT_NO_THROW(DecodeJpeg(jpeg, {.size = {30, 20}}, &image));
  for (const Size size : {Size{30, 21}, Size{29, 20}, Size{20, 30}}) {
    EXPECT_THROW(DecodeJpeg(jpeg, {.size = size}, &image), Error);
    EXPECT_THROW(DecodeJpeg(jpeg, {.crop = {1, 1, 5, 5}, .size = size}, &image), Error);
  }
}

TEST(Jpeg, EveryFlippedByteIsSurvived) {
  const std::string jpeg = MakeJpeg(33, 47);
  Image image;
  for (size_t i = 0; i < jpeg.size(); ++i) {
    std::string damaged = jpeg;
    damaged[i] = static_cast<char>(damaged[i] ^ 0xff);
    try {
      DecodeJpeg(damaged, {.crop = {5, 5, 6, 7}}, &image);
      DecodeJpeg(damaged, {}, &image);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()), "");
    }
  }
}

TEST(Jpeg, CmykAsPillowConvertsIt) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const std::string bytes = ReadFile(data / "odd/jpeg/jpg-cmyk-1.jpg");
  EXPECT_TRUE(ReadJpegHeader(bytes).cmyk);
  EXPECT_EQ(ReadJpegHeader(bytes).channels, 4);
  const Image image = Decode(bytes);
  // Image.open(...).convert("RGB") of Pillow 12: pixels (5,5), (31,31) and (20,16), and the mean of each channel.
  const struct {
    int x, y;
    std::vector<uint8_t> rgb;
  } pixels[] = {{5, 5, {215, 215, 0}}, {31, 31, {0, 0, 255}}, {20, 16, {90, 123, 41}}};
  for (const auto& p : pixels) {
    EXPECT_EQ(std::vector<uint8_t>(image.row(p.y) + 3 * p.x, image.row(p.y) + 3 * p.x + 3), p.rgb);
  }
  double mean[3] = {};
  for (size_t i = 0; i < image.bytes(); ++i) mean[i % 3] += image.data()[i] / 1024.0;
  EXPECT_NEAR(mean[0], 127.501, 0.01);
  EXPECT_NEAR(mean[1], 127.497, 0.01);
  EXPECT_NEAR(mean[2], 43.822, 0.01);
  EXPECT_EQ(Decode(bytes, {.channels = 1}).channels(), 1);
}

TEST(Jpeg, OrientationSeriesShowTheSamePicture) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  for (const std::string series : {"Landscape_", "Portrait_"}) {
    const DecodeOptions options{.min_width = 100, .min_height = 100};
    const Image first = Decode(ReadFile(data / ("odd/orientation/" + series + "1.jpg")), options);
    for (int i = 0; i <= 8; ++i) {
      if (i == 1) continue;
      const Image image = Decode(ReadFile(data / ("odd/orientation/" + series + std::to_string(i) + ".jpg")), options);
      EXPECT_LT(Compare(image, first).mean, 5) << series << i;
    }
  }
}

}  // namespace
}  // namespace dataset
