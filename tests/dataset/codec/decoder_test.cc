#include "dataset/codec/decoder.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/random.h"
#include "dataset/codec/encoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/io/file.h"
#include "tests/dataset/image/image_compare.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::Compare;
using testing::FromHex;
using testing::MakePicture;
using testing::PixelBytes;

// Pictures of 6 x 4 pixels with R = 40 x, G = 60 y, B = 20 (x + y), A = 255 - 50 x, written by Pillow 12.
const char* kWebpAlpha =
    "5249464630000000574542505650384c230000002f05c00010b98ce87fec22a2ff6150d0b60d5360e54fec0ec23428a518e70978ace40000";
const char* kWebpOrientation6 =
    "524946466000000057454250565038580a000000080000000500000300005650384c200000002f05c00000b98ce87fec22a2ff01856c2340"
    "0776fe623fc2a00c454c00c04a0f455849461a0000004d4d002a00000008000101120003000000010006000000000000";
const char* kTiffAlpha =
    "49492a00080000000b0000010400010000000600000001010400010000000400000002010300040000009200000003010300010000000100"
    "000006010300010000000200000011010400010000009a000000150103000100000004000000160104000100000004000000170104000100"
    "0000600000001c0103000100000001000000520103000100000002000000000000000800080008000800"
    "000000ff280014cd5000289b78003c69a0005037c8006405003c14ff283c28cd503c3c9b783c5069a03c6437c83c7805"
    "007828ff28783ccd5078509b78786469a0787837c8788c0500b43cff28b450cd50b4649b78b47869a0b48c37c8b4a005";
const char* kTiffOrientation8 =
    "49492a00080000000b0000010400010000000600000001010400010000000400000002010300030000009200000003010300010000000100"
    "0000060103000100000002000000110104000100000098000000120103000100000008000000150103000100000003000000160104000100"
    "000004000000170104000100000048000000"
    "1c01030001000000010000000000000008000800080000000028001450002878003ca00050c80064003c14283c28503c3c783c50a03c64"
    "c83c7800782828783c507850787864a07878c8788c00b43c28b45050b46478b478a0b48cc8b4a0";
// A grey picture of 16 bits with the values 257 * 40 x.
const char* kTiff16 =
    "49492a000800000009000001040001000000060000000101040001000000040000000201030001000000100000000301030001000000010000"
    "00"
    "06010300010000000100000011010400010000007a0000001601040001000000040000001701040001000000300000001c0103000100000001"
    "000000000000000000282850507878a0a0c8c80000282850507878a0a0c8c80000282850507878a0a0c8c80000282850507878a0a0c8c8";

Image Decode(const std::string& bytes, int channels = 3) {
  Image image;
  const FineRect part = DecodeImage(bytes, {.channels = channels}, &image);
  EXPECT_EQ(part, (Rect{0, 0, image.width(), image.height()}));
  return image;
}

std::string ReasonOf(const std::string& bytes) {
  Image image;
  try {
    DecodeImage(bytes, {}, &image);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

void ExpectTheSixByFour(const Image& image) {
  ASSERT_EQ(image.width(), 6);
  ASSERT_EQ(image.height(), 4);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 6; ++x) {
      EXPECT_EQ(image.row(y)[3 * x], 40 * x);
      EXPECT_EQ(image.row(y)[3 * x + 1], 60 * y);
      EXPECT_EQ(image.row(y)[3 * x + 2], 20 * (x + y));
    }
  }
}

std::string Chunk(const std::string& type, const std::string& data) {
  const auto big_endian = [](uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
  };
  const std::string covered = type + data;
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  return big_endian(static_cast<uint32_t>(data.size())) + covered + big_endian(static_cast<uint32_t>(crc));
}

std::string PngOf(const std::string& ihdr_hex, const std::string& more = "") {
  return FromHex("89504e470d0a1a0a") + Chunk("IHDR", FromHex(ihdr_hex)) + more + Chunk("IDAT", "") + Chunk("IEND", "");
}

TEST(SniffImageFormat, ByContent) {
  const struct {
    std::string bytes;
    std::optional<ImageFormat> format;
  } cases[] = {
      {FromHex("ffd8ffe0"), ImageFormat::kJpeg},
      {FromHex("89504e470d0a1a0a"), ImageFormat::kPng},
      {FromHex("89504e470a0a1a0a"), std::nullopt},  // mangled line ends
      {"RIFF....WEBPVP8 ", ImageFormat::kWebp},
      {"RIFF....WAVEfmt ", std::nullopt},
      {"RIFF....WEB", std::nullopt},
      {FromHex("49492a0008000000"), ImageFormat::kTiff},
      {FromHex("4d4d002a00000008"), ImageFormat::kTiff},
      {"BM" + std::string(12, '\0') + std::string("\x28\0", 2), ImageFormat::kBmp},
      {"BM is how this text begins", std::nullopt},
      {"BM", std::nullopt},
      {"GIF89a", ImageFormat::kGif},
      {"GIF87a", ImageFormat::kGif},
      {"GIF88a", std::nullopt},
      {FromHex("00000018") + "ftypheic", ImageFormat::kHeic},
      {FromHex("00000018") + "ftypmif1", ImageFormat::kHeic},
      {FromHex("0000001c") + "ftypavif", ImageFormat::kAvif},
      {FromHex("0000001c") + "ftypavis", ImageFormat::kAvif},
      {FromHex("0000001c") + "ftypisom", std::nullopt},  // a film
      {FromHex("0000001c") + "ftyphei", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : cases) EXPECT_EQ(SniffImageFormat(c.bytes), c.format) << c.bytes;
}

TEST(Decoder, WhatIsNoImageIsRefused) {
  EXPECT_EQ(ReasonOf(""), "an empty file");
  EXPECT_EQ(ReasonOf("hello"), "not a JPEG, PNG, BMP, GIF, WebP, TIFF, HEIC or AVIF file");
  EXPECT_THROW(ReadImageHeader("GIF89a"), Error);
}

TEST(Decoder, WebpDropsAlphaAndTurns) {
  ExpectTheSixByFour(Decode(FromHex(kWebpAlpha)));
  EXPECT_EQ(ReadImageHeader(FromHex(kWebpAlpha)).channels, 4);
  const ImageHeader header = ReadImageHeader(FromHex(kWebpOrientation6));
  EXPECT_EQ(header.orientation, 6);
  const Image turned = Decode(FromHex(kWebpOrientation6));
  ASSERT_EQ(turned.width(), header.upright_width());
  ASSERT_EQ(turned.height(), header.upright_height());
  EXPECT_EQ(turned.row(0)[3 * 3 + 1], 0);  // stored (0, 0)
  EXPECT_EQ(turned.row(0)[1], 180);        // stored (0, 3)
  EXPECT_EQ(turned.row(5)[3 * 3], 200);    // stored (5, 0)
}

TEST(Decoder, TiffDropsAlphaAndTurns) {
  ExpectTheSixByFour(Decode(FromHex(kTiffAlpha)));
  EXPECT_EQ(ReadImageHeader(FromHex(kTiffAlpha)).channels, 4);
  EXPECT_EQ(ReadImageHeader(FromHex(kTiffOrientation8)).orientation, 8);
  const Image turned = Decode(FromHex(kTiffOrientation8));
  ASSERT_EQ(turned.width(), 4);
  EXPECT_EQ(turned.row(0)[0], 200);          // stored (5, 0)
  EXPECT_EQ(turned.row(5)[3 * 3 + 1], 180);  // stored (0, 3)
}

TEST(Decoder, DeepPicturesAreScaledAsAsked) {
  std::vector<uint16_t> values;
  for (uint16_t i = 0; i < 24; ++i) values.push_back(static_cast<uint16_t>(i * 170));  // 0 ... 3910
  const std::string png = testing::DeepPng(6, values), tiff = testing::DeepTiff(6, values);
  const auto pixels = [](const std::string& bytes, const Depth& depth, int channels = 0) {
    Image image;
    DecodeImage(bytes, {.channels = channels, .depth = depth}, &image);
    return std::vector<int>(image.data(), image.data() + image.bytes());
  };
  std::vector<int> high, twelve;
  for (const uint16_t value : values) {
    high.push_back(value >> 8);
    twelve.push_back(value >> 4);
  }
  for (const std::string& bytes : {png, tiff}) {
    EXPECT_EQ(ReadImageHeader(bytes).bits, 16);
    EXPECT_TRUE(MayBeDeep(bytes.substr(0, 32)));
    EXPECT_EQ(pixels(bytes, {}), high);
    EXPECT_EQ(pixels(bytes, Depth::Bits(12)), twelve);
    EXPECT_EQ(pixels(bytes, Depth::Bits(12), 3).size(), 3 * values.size());
    EXPECT_EQ(pixels(bytes, Depth::Own()).back(), 255);
    DeepImage deep;
    ASSERT_TRUE(DecodeDeep(bytes, &deep));
    EXPECT_EQ(ExtentOf(deep).high, 3910);
    bool clipped = true;
    Image image;
    DecodeImage(bytes, {.depth = Depth::Bits(12)}, &image, &clipped);
    EXPECT_FALSE(clipped);
    DecodeImage(bytes, {.depth = Depth::Bits(8)}, &image, &clipped);
    EXPECT_TRUE(clipped);
  }
  const std::vector<float> floats = {-1, 0, 0.5, 1};
  EXPECT_EQ(pixels(testing::DeepTiff(2, floats), Depth::Range(-1, 1)), (std::vector<int>{0, 128, 192, 255}));
  EXPECT_EQ(pixels(testing::DeepTiff<int16_t>(2, {-1000, 1000}), Depth::Own()), (std::vector<int>{0, 255}));
  EXPECT_NE(ReasonOf(testing::DeepTiff(2, floats)), "") << "no range, no bytes";

  DeepImage deep;
  std::string eight;
  EncodePng(MakePicture(5, 6, 3, 1), &eight);
  EXPECT_FALSE(DecodeDeep(eight, &deep));
  EXPECT_FALSE(MayBeDeep(eight));
  EXPECT_FALSE(MayBeDeep(""));
  EXPECT_FALSE(MayBeDeep(png.substr(0, 20)));
}

// What no decoding reads is refused by the header, so that a list of photos knows it at once.
TEST(Decoder, TiffsOfOtherFormsAreRefusedByTheHeader) {
  const std::string bytes(4 * 8, '\1');
  const struct {
    uint16_t bits;
    uint16_t format;
  } forms[] = {{8, 2}, {8, 3}, {12, 1}, {16, 3}, {24, 3}, {32, 1}, {32, 2}, {64, 3}, {64, 1}};
  for (const auto& [bits, format] : forms) {
    const std::string tiff = testing::DeepTiff(2, 2, bits, format, bytes);
    try {
      ReadImageHeader(tiff);
      ADD_FAILURE() << bits << ' ' << format;
    } catch (const Error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("TIFF: ")) << error.what();
    }
  }
  EXPECT_EQ(ReadImageHeader(testing::DeepTiff(2, 2, 32, 3, bytes.substr(0, 16))).bits, 32);
}

// Red, green, blue and near infrared, say: nothing tells which band is which.
TEST(Decoder, GreyTiffsOfSeveralBandsAreRefused) {
  for (const uint16_t bits : {uint16_t{8}, uint16_t{16}}) {
    for (const char samples : {'\3', '\4'}) {
      std::string tiff = testing::DeepTiff(2, 2, bits, 1, std::string(4 * 4 * bits / 8, '\7'));
      EXPECT_EQ(ReadImageHeader(tiff).channels, 1);
      tiff[tiff.find(FromHex("1501 0400 01000000")) + 8] = samples;
      try {
        ReadImageHeader(tiff);
        ADD_FAILURE() << bits;
      } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find(" bands and says of none which colour it is"), std::string::npos);
      }
    }
  }
}

TEST(Decoder, LaterPagesOfATiffAreTold) {
  const std::string first = testing::DeepTiff(2, 2, 8, 1, "abcd");
  const std::string entries = first.substr(8 + 4 + 2, first.size() - (8 + 4 + 2) - 4);
  const struct {
    std::string kind;
    bool is_page;
  } kCases[] = {{"00", true}, {"02", true}, {"01", false}, {"04", false}, {"05", false}};
  for (const auto& [kind, is_page] : kCases) {
    std::string tiff = first.substr(0, first.size() - 4);
    tiff += static_cast<char>(first.size());
    tiff += FromHex("000000 0b00 fe00 0400 01000000 " + kind + "000000") + entries + std::string(4, '\0');
    EXPECT_EQ(ReadImageHeader(tiff).animated, is_page) << kind;
    EXPECT_EQ(Decode(tiff, 0).row(1)[1], 'd');
  }
  EXPECT_FALSE(ReadImageHeader(first).animated);
}

// Each may inflate to 1 MiB, so a hostile file could keep us busy for minutes.
TEST(Decoder, OnlyTheFirstExifTextOfAPngCounts) {
  const auto text = [](const std::string& value) {
    return Chunk("tEXt", std::string("Raw profile type exif") + '\0' + "\nexif\n26\n" + value);
  };
  // A TIFF whose first folder has the orientation 6.
  const std::string six =
                        "4d4d002a00000008"
                        "0001"
                        "0112000300000001"
                        "00060000"
                        "00000000",
                    ihdr = "00000001000000010800000000";
  EXPECT_EQ(ReadImageHeader(PngOf(ihdr, text(six))).orientation, 6);
  EXPECT_EQ(ReadImageHeader(PngOf(ihdr, text("") + text(six))).orientation, 1);
}

TEST(CheckImage, RefusesExactlyWhatDecodingRefuses) {
  std::vector<std::string> files(4);
  EncodeJpeg(MakePicture(61, 83, 3, 1), 90, &files[0]);
  EncodeJpeg(MakePicture(61, 83, 1, 2), 50, &files[1]);
  EncodePng(MakePicture(20, 31, 3, 3), &files[2]);
  files[3] = testing::DeepPng(16, std::vector<uint16_t>(256, 1234));
  if (const auto data = testing::TestData()) {
    for (const auto& item : fs::directory_iterator(*data / "odd/jpeg")) files.push_back(ReadFile(item.path()));
    std::sort(files.begin() + 4, files.end());
  }
  Image image;
  const auto check = [&](const std::string& bytes) -> std::string {
    try {
      CheckImage(bytes, {}, &image);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  Rng rng(1, Domain::kAugment, 0, 0);
  int refused = 0;
  for (const std::string& file : files) {
    if (file.size() > 200000) continue;
    EXPECT_EQ(check(file), ReasonOf(file));
    for (int i = 0; i < 60; ++i) {
      std::string bytes = file;
      const size_t at = rng.Below(static_cast<uint32_t>(bytes.size()));
      if (i % 3 == 0) bytes.erase(at, 1 + rng.Below(40));
      if (i % 3 == 1) bytes[at] = static_cast<char>(rng.Below(256));
      if (i % 3 == 2) bytes.insert(at, 1 + rng.Below(9), static_cast<char>(rng.Below(256)));
      const std::string reason = ReasonOf(bytes);
      refused += reason.empty() ? 0 : 1;
      ASSERT_EQ(check(bytes), reason);
    }
  }
  EXPECT_GT(refused, 60);
  EXPECT_NE(check(files[0].substr(0, 700) + files[0].substr(800)), "");
  EXPECT_THROW(CheckImage(files[0], {.size = {83, 60}}, &image), Error);
  EXPECT_NO_THROW(CheckImage(files[0], {.size = {83, 61}}, &image));
}

TEST(Decoder, TiffWithThousandsOfSamplesIsRefused) {
  std::string bytes = FromHex(kTiffOrientation8);
  const size_t samples = bytes.find(FromHex("1501 0300 01000000 0300"));
  ASSERT_NE(samples, std::string::npos);
  bytes.replace(samples + 8, 2, "\xff\xff");
  EXPECT_THROW(ReadImageHeader(bytes), Error);
}

TEST(Decoder, SixteenBitsBecomeTheHighByte) {
  const ImageHeader header = ReadImageHeader(FromHex(kTiff16));
  EXPECT_EQ(header.bits, 16);
  EXPECT_EQ(header.channels, 1);
  const Image image = Decode(FromHex(kTiff16), 0);
  ASSERT_EQ(image.channels(), 1);
  for (int x = 0; x < 6; ++x) EXPECT_EQ(image.row(2)[x], 40 * x);
}

TEST(Decoder, ChannelsAreAsAskedFor) {
  std::string colour, grey;
  EncodePng(MakePicture(5, 6, 3, 1), &colour);
  EncodePng(MakePicture(5, 6, 1, 1), &grey);
  EXPECT_EQ(Decode(colour, 0).channels(), 3);
  EXPECT_EQ(Decode(grey, 0).channels(), 1);
  const Image repeated = Decode(grey, 3), luma = Decode(colour, 1), rgb = Decode(colour, 3);
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(repeated.data()[3 * i], repeated.data()[3 * i + 2]);
    EXPECT_NEAR(luma.data()[i],
                0.299 * rgb.data()[3 * i] + 0.587 * rgb.data()[3 * i + 1] + 0.114 * rgb.data()[3 * i + 2], 0.51);
  }
}

TEST(Decoder, CropOfAPngIsItsPlace) {
  std::string png;
  EncodePng(MakePicture(20, 30, 3, 1), &png);
  Image image;
  EXPECT_EQ(DecodeImage(png, {.crop = {3, 4, 5, 6}}, &image), (Rect{3, 4, 5, 6}));
  EXPECT_THROW(DecodeImage(png, {.crop = {30, 4, 5, 6}}, &image), Error);
}

TEST(Decoder, BombsAreRefusedByTheirHeader) {
  const std::string bombs[] = {
      PngOf("0000ea60 0000ea60 0802000000"),  // 60000 x 60000
      PngOf("7fffffff 00000001 0800000000"), PngOf("ffffffff ffffffff 0800000000"),
      "BM" + FromHex("00000000 00000000 36000000 28000000 60ea0000 60ea0000 0100 1800 00000000 00000000") +
          std::string(16, '\0'),
      "BM" + FromHex("00000000 00000000 36000000 28000000 01000000 00000080 0100 1800 00000000 00000000") +
          std::string(16, '\0'),
      FromHex("49492a0008000000 0400 0001 0400 01000000 60ea0000 0101 0400 01000000 60ea0000"
              "1101 0400 01000000 08000000 1701 0400 01000000 08000000 00000000"),
      FromHex("474946383961 ffff ffff 00 00 00 2c 0000 0000 0100 0100 00 02 02 440a 00 3b"),
      FromHex("474946383961 0100 0100 00 00 00 2c 0000 0000 dcff dcff 00 02 02 440a 00 3b"),
      // Lossless WebP of 16384 x 16384.
      "RIFF" + FromHex("20000000") + "WEBPVP8L" + FromHex("14000000 2f ffffff0f") + std::string(15, '\0'),
      FromHex("ffd8 ffc0 000b 08 ffdc ffdc 01 011100 ffda 0008 01 0100 003f00 00 ffd9"),  // 65500 x 65500
  };
  for (const std::string& bomb : bombs) {
    EXPECT_THROW(ReadImageHeader(bomb), Error) << bomb;
    EXPECT_NE(ReasonOf(bomb).find("pixels"), std::string::npos) << ReasonOf(bomb);
  }
}

TEST(Decoder, PngWithoutItsPaletteIsRefusedByItsHeader) {
  EXPECT_THROW(ReadImageHeader(PngOf("00000001 00000001 0803000000")), Error);
  EXPECT_EQ(ReadImageHeader(PngOf("00000001 00000001 0803000000", Chunk("PLTE", "rgb"))).channels, 3);
}

TEST(Decoder, PngChunksThatAreIgnoredMayBeLarge) {
  std::string png;
  EncodePng(MakePicture(5, 6, 3, 1), &png);
  const std::string text = Chunk("tEXt", std::string("note\0", 5) + std::string(9'000'000, 'x'));
  const Image with = Decode(png.substr(0, 33) + text + png.substr(33));
  EXPECT_EQ(Compare(with, Decode(png)).max, 0);
}

TEST(Decoder, PngHeadersThatCannotBe) {
  const char* cases[] = {
      "00000000 00000001 0800000000", "00000001 00000000 0800000000", "00000001 00000001 0801000000",
      "00000001 00000001 0809000000", "00000001 00000001 0300000000", "00000001 00000001 1003000000",
      "00000001 00000001 0402000000", "00000001 00000001 0800010000", "00000001 00000001 0800000100",
      "00000001 00000001 0800000002", "00000001 00000001 08000000",
  };
  for (const char* hex : cases) EXPECT_THROW(ReadImageHeader(PngOf(hex)), Error) << hex;
  EXPECT_EQ(ReadImageHeader(PngOf("00000007 00000005 0800000000")).width, 7);
}

TEST(Decoder, PngOrientation) {
  const std::string exif = FromHex("4d4d002a00000008 0001 0112 0003 00000001 00060000 00000000");
  EXPECT_EQ(ReadImageHeader(PngOf("00000007 00000005 0800000000", Chunk("eXIf", exif))).upright_width(), 5);
}

// A damaged file is refused or, if the damage changes nothing, decoded to the same pixels.
TEST(Decoder, NoFlippedOrMissingByteChangesPixelsSilently) {
  std::string png;
  EncodePng(MakePicture(9, 11, 3, 1), &png);
  const struct {
    std::string bytes;
    bool checksums;
  } files[] = {{png, true}, {FromHex(kWebpAlpha), false}, {FromHex(kTiffAlpha), false}, {FromHex(kTiff16), false}};
  for (const auto& file : files) {
    const Image whole = Decode(file.bytes);
    for (size_t i = 0; i < file.bytes.size(); ++i) {
      std::string damaged = file.bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
      Image image;
      try {
        DecodeImage(damaged, {}, &image);
        if (file.checksums) {
          EXPECT_EQ(Compare(image, whole).max, 0) << i;
        }
      } catch (const Error&) {
      }
      EXPECT_NE(ReasonOf(file.bytes.substr(0, i)), "") << "cut to " << i;
    }
  }
}

TEST(Decoder, NothingIsPrinted) {
  std::string png;
  EncodePng(MakePicture(9, 11, 3, 1), &png);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  for (const std::string& bytes : {png, FromHex(kWebpAlpha), FromHex(kTiffAlpha), FromHex(kTiff16)}) {
    for (size_t i = 0; i < bytes.size(); ++i) ReasonOf(bytes.substr(0, i));
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Decoder, EveryOddFileIsDecodedOrRefusedWithAReason) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const struct {
    const char* folder;
    size_t decoded;
  } cases[] = {{"orientation", 18}, {"pngsuite", 161}, {"jpeg", 34}, {"corrupt", 7}};
  ::testing::internal::CaptureStderr();
  for (const auto& c : cases) {
    size_t decoded = 0;
    for (const auto& entry : fs::directory_iterator(data / "odd" / c.folder)) {
      const std::string bytes = ReadFile(entry.path());
      Image image;
      try {
        DecodeImage(bytes, {.channels = 0}, &image);
      } catch (const Error& error) {
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
        continue;
      }
      ++decoded;
      EXPECT_FALSE(std::string(c.folder) == "pngsuite" && entry.path().filename().string()[0] == 'x') << entry.path();
      const ImageHeader header = ReadImageHeader(bytes);
      EXPECT_EQ(image.width(), header.upright_width()) << entry.path();
      EXPECT_EQ(image.height(), header.upright_height()) << entry.path();
      EXPECT_EQ(image.channels(), header.channels <= 2 ? 1 : 3) << entry.path();
    }
    EXPECT_EQ(decoded, c.decoded) << c.folder;
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Decoder, PngsThatEveryViewerOpens) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  for (const char* name :
       {"anc_crc", "badgamma", "bigtext", "bigztxt", "extra_compressed", "extra_rows", "farback", "text_after"}) {
    const Image image = Decode(ReadFile(data / "cases/12-png-oddities/raw/cat" / (std::string(name) + ".png")));
    const uint8_t* const pixel = image.row(3) + 3 * 3;
    EXPECT_EQ(std::vector<int>(pixel, pixel + 3), (std::vector<int>{26, 150, 172})) << name;
  }
  for (const char* name : {"cgbi", "noiend", "noplte"}) {
    const std::string bytes = ReadFile(data / "cases/12-png-oddities/raw/cat" / (std::string(name) + ".png"));
    EXPECT_THROW(ReadImageHeader(bytes), Error) << name;
  }
}

// CRC-32 of the RGB bytes that Pillow 12 makes of these files (16-bit grey: numpy, value >> 8).
TEST(Decoder, PngSuiteAsPillowDecodesIt) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const struct {
    const char* name;
    uint32_t crc;
  } cases[] = {
      {"PngSuite", 0xf2a8c0cf}, {"basi0g01", 0x1d8b1934}, {"basi0g02", 0xcce2e274}, {"basi0g04", 0xe6edc27d},
      {"basi0g08", 0x7e0a8ab4}, {"basi0g16", 0x72bbf403}, {"basi2c08", 0x7855b9bf}, {"basi2c16", 0xffcc1ed1},
      {"basi3p01", 0x31ec284b}, {"basi3p02", 0x279a463a}, {"basi3p04", 0x3a9e038e}, {"basi3p08", 0xff6e2940},
      {"basi4a08", 0xde73dab8}, {"basi4a16", 0x74cda919}, {"basi6a08", 0xa9b0c6b5}, {"basi6a16", 0x54f0fb2e},
      {"basn0g01", 0x1d8b1934}, {"basn0g02", 0xcce2e274}, {"basn0g04", 0xe6edc27d}, {"basn0g08", 0x7e0a8ab4},
      {"basn0g16", 0x72bbf403}, {"basn2c08", 0x7855b9bf}, {"basn2c16", 0xffcc1ed1}, {"basn3p01", 0x31ec284b},
      {"basn3p02", 0x279a463a}, {"basn3p04", 0x3a9e038e}, {"basn3p08", 0xff6e2940}, {"basn4a08", 0xde73dab8},
      {"basn4a16", 0x74cda919}, {"basn6a08", 0xa9b0c6b5}, {"basn6a16", 0x54f0fb2e}, {"bgan6a16", 0x54f0fb2e},
      {"f99n0g04", 0xd3026ad9}, {"g05n3p04", 0xd0d3c65b}, {"oi9n2c16", 0xffcc1ed1}, {"s09i3p02", 0x9762d2ed},
      {"s40n3p04", 0x0d4658a0}, {"tbbn3p08", 0x44764e96}, {"tp1n3p08", 0x44764e96},
  };
  for (const auto& c : cases) {
    const Image image = Decode(ReadFile(data / "odd/pngsuite" / (std::string(c.name) + ".png")));
    EXPECT_EQ(crc32(0, image.data(), static_cast<uInt>(image.bytes())), c.crc) << c.name;
  }
}

}  // namespace
}  // namespace dataset
