#include "dataset/codec/bmp_codec.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

// Makes a bitmap: "BM" and the offset of the pixels, then the rest.
std::string Bitmap(const std::string& offset_hex, const std::string& rest_hex) {
  return "BM" + FromHex("00000000 00000000" + offset_hex + rest_hex);
}

std::vector<int> Pixels(const std::string& bytes) {
  Image image;
  DecodeBmp(bytes, ReadBmpHeader(bytes), &image);
  return {image.data(), image.data() + image.bytes()};
}

using Values = std::vector<int>;

const std::string kInfo2x2 = "28000000 02000000 02000000 0100";
const std::string kNoExtras = "00000000 00000000 00000000 00000000 00000000 00000000";

TEST(Bmp, TrueColourFromTheBottomUp) {
  const std::string rows = "010203 040506 0000  111213 141516 0000";
  EXPECT_EQ(Pixels(Bitmap("36000000", kInfo2x2 + "1800" + kNoExtras + rows)),
            (Values{0x13, 0x12, 0x11, 0x16, 0x15, 0x14, 3, 2, 1, 6, 5, 4}));
  // A negative height means that rows run from the top down.
  EXPECT_EQ(Pixels(Bitmap("36000000", "28000000 02000000 feffffff 0100 1800" + kNoExtras + rows)),
            (Values{3, 2, 1, 6, 5, 4, 0x13, 0x12, 0x11, 0x16, 0x15, 0x14}));
  // 32 bits: the fourth byte is dropped.
  EXPECT_EQ(Pixels(Bitmap("36000000", "28000000 02000000 01000000 0100 2000" + kNoExtras + "01020380 04050680")),
            (Values{3, 2, 1, 6, 5, 4}));
}

TEST(Bmp, SixteenBitsAndBitFields) {
  EXPECT_EQ(Pixels(Bitmap("36000000", "28000000 02000000 01000000 0100 1000" + kNoExtras + "007c ff03")),
            (Values{255, 0, 0, 0, 255, 255}));
  const std::string fields = "03000000 00000000 00000000 00000000 00000000 00000000";
  EXPECT_EQ(Pixels(Bitmap("42000000", "28000000 02000000 01000000 0100 1000" + fields + "00f80000 e0070000 1f000000" +
                                          "00f8 e007")),
            (Values{255, 0, 0, 0, 255, 0}));
}

TEST(Bmp, Palettes) {
  const std::string palette = "0a0b0c00 0d0e0f00";
  const std::string two_colours = "00000000 00000000 00000000 00000000 02000000 00000000";
  const Values expected{15, 14, 13, 12, 11, 10};
  EXPECT_EQ(Pixels(Bitmap("3e000000", "28000000 02000000 01000000 0100 0100" + two_colours + palette + "80000000")),
            expected);
  EXPECT_EQ(Pixels(Bitmap("3e000000", "28000000 02000000 01000000 0100 0400" + two_colours + palette + "10000000")),
            expected);
  EXPECT_EQ(Pixels(Bitmap("3e000000", "28000000 02000000 01000000 0100 0800" + two_colours + palette + "01000000")),
            expected);
  // OS/2's short header with three bytes per colour.
  EXPECT_EQ(Pixels(Bitmap("20000000", "0c000000 0200 0100 0100 0100 0a0b0c 0d0e0f 80000000")), expected);
}

// Written by Pillow 12 from a picture of 6 x 4 pixels with R = 40 x, quantised to 16 colours.
TEST(Bmp, FromPillow) {
  const Values pixels = Pixels(FromHex(
      "424d960000000000000076000000280000000600000004000000010008000000000020000000c40e0000c40e0000100000001000000096b4"
      "b4"
      "0078b478008278b400647878005a96500050b428003cb40000327814006e3cb400503c78003c3c50001e3c14005a00b4003c007800280050"
      "000a001400060504010000000007070403020200000b0b0a09080800000f0f0e0d0c0c0000"));
  ASSERT_EQ(pixels.size(), 72u);
  EXPECT_EQ((Values{pixels.begin(), pixels.begin() + 3}), (Values{0x14, 0, 0x0a}));  // colour 15
  EXPECT_EQ((Values{pixels.end() - 3, pixels.end()}), (Values{0xb4, 0xb4, 0x96}));   // colour 0
}

TEST(Bmp, WhatIsDamagedOrUnsupportedIsRefused) {
  const std::string good = Bitmap("36000000", kInfo2x2 + "1800" + kNoExtras + std::string(32, '0'));
  ASSERT_NO_THROW(ReadBmpHeader(good));
  for (size_t size = 0; size < good.size(); ++size) EXPECT_THROW(ReadBmpHeader(good.substr(0, size)), Error) << size;
  const std::string rows(400, '0');
  const std::string cases[] = {
      Bitmap("36000000", kInfo2x2 + "0400 01000000 00000000" + rows),  // RLE8 of 4 bits
      Bitmap("36000000", kInfo2x2 + "0800 02000000 00000000" + rows),  // RLE4 of 8 bits
      Bitmap("36000000", kInfo2x2 + "0800 04000000 00000000" + rows),  // a JPEG inside
      Bitmap("36000000", kInfo2x2 + "0800 01000000 ffff0000" + rows),  // more runs than bytes
      Bitmap("36000000", kInfo2x2 + "1800 03000000 00000000" + rows),  // bit fields of 24 bits
      Bitmap("42000000", kInfo2x2 + "1000 03000000" + rows),           // empty bit fields
      Bitmap("42000000", kInfo2x2 +
                             "1000 03000000 0000000000000000000000000000000000000000 0af80000 e0070000 1f000000" +
                             rows),                                                   // a bit field with holes
      Bitmap("36000000", kInfo2x2 + "0200" + kNoExtras + rows),                       // 2 bits
      Bitmap("36000000", kInfo2x2 + "0000" + kNoExtras + rows),                       // no bits
      Bitmap("ffffffff", kInfo2x2 + "1800" + kNoExtras + rows),                       // pixels outside
      Bitmap("36000000", "28000000 00000000 02000000 0100 1800" + kNoExtras + rows),  // no width
      Bitmap("36000000", "28000000 ffffffff 02000000 0100 1800" + kNoExtras + rows),  // negative width
      Bitmap("36000000", "11000000 02000000 02000000 0100 1800" + kNoExtras + rows),  // header of 17 bytes
      Bitmap("36000000", "28000000 10270000 10270000 0100 1800" + kNoExtras + rows),  // more pixels than bytes
  };
  for (const std::string& bytes : cases) EXPECT_THROW(ReadBmpHeader(bytes), Error);
}

TEST(Bmp, ColoursBeyondThePaletteAreBlack) {
  const std::string head = "28000000 02000000 01000000 0100 0800 00000000 00000000 00000000 00000000";
  EXPECT_EQ(Pixels(Bitmap("3e000000", head + "02000000 00000000 0a0b0c00 0d0e0f00 01020000")),
            (Values{15, 14, 13, 0, 0, 0}));
}

// A bitmap of `size` (width and height), of two colours and runs.
std::string Runs(const std::string& size, const std::string& bits, const std::string& compression,
                 const std::string& runs) {
  return Bitmap("3e000000", "28000000" + size + "0100" + bits + compression +
                                "00000000 00000000 00000000 02000000 00000000 0a0a0a00 0d0d0d00" + runs);
}

// One byte for each pixel, since the colours are grey.
std::string GreyPixels(const std::string& bytes) {
  std::string grey;
  const Values all = Pixels(bytes);
  for (size_t i = 0; i < all.size(); i += 3) grey += all[i] == 10 ? '0' : all[i] == 13 ? '1' : 'x';
  return grey;
}

TEST(Bmp, Runs) {
  const std::string size = "04000000 02000000";
  const auto rle8 = [&](const std::string& runs) { return GreyPixels(Runs(size, "0800", "01000000", runs)); };
  const auto rle4 = [&](const std::string& runs) { return GreyPixels(Runs(size, "0400", "02000000", runs)); };
  EXPECT_EQ(rle8("0401 0000 0200 0201 0001"), "00111111");
  EXPECT_EQ(rle8("0401 0000 0200 0201"), "00111111") << "no end";
  EXPECT_EQ(rle8("0401 0000 0201 0001"), "11001111") << "the last row is not full";
  EXPECT_EQ(rle8("0101 0001"), "00001000") << "the rest is left out";
  EXPECT_EQ(rle8("0001"), "00000000");
  EXPECT_EQ(rle8("0002 0201 0201 0001"), "00110000") << "a move";
  EXPECT_EQ(rle8("0004 01000100 0003 010001 00 0001"), "00001010") << "beyond the row";
  EXPECT_EQ(rle8("0003 000100 00 0101 0000 0401 0001"), "11110101");
  EXPECT_EQ(rle8("ff01 0000 ff01 0000 ff01 0001"), "11111111");
  EXPECT_EQ(rle8("0405 0000 0401 0001"), "1111xxxx") << "beyond the palette";
  EXPECT_EQ(rle4("0410 0000 0401 0001"), "01011010");
  EXPECT_EQ(rle4("0003 10 10 0101 0000 0004 0110 0001"), "01101010");  // three pixels, and one byte of padding
  EXPECT_EQ(GreyPixels(Runs("04000000 feffffff", "0800", "01000000", "0401 0000 0400 0001")), "11110000");

  Image image;
  for (const char* cut : {"", "04", "0401", "0401 0000 03", "0401 0000 0301", "0004 0101", "0002 01", "0401 0000"}) {
    const std::string bytes = Runs(size, "0800", "01000000", cut);
    EXPECT_THROW(DecodeBmp(bytes, ReadBmpHeader(bytes), &image), Error) << cut;
  }
}

}  // namespace
}  // namespace dataset
