#include "dataset/codec/tiff_codec.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

// Of 4 x 2 pixels in CIELab, written by tifffile 2026.3.3.
const char* kLab =
    "49492a00080000000d000001040001000000040000000101040001000000020000000201030003000000aa0000000301030001000000010000"
    "000601030001000000080000001101040001000000c00000001501030001000000030000001601040001000000020000001701040001000000"
    "180000001a01050001000000b00000001b01050001000000b80000001c01030001000000010000002801030001000000010000000000000008"
    "000800080001000000010000000100000001000000ff0000000000800000961ee264f60adcfa053c14e2b4e728";
// R, G, B = 0, 10, 20, ... 230, in 4 x 2 pixels, as BigTIFF of both byte orders.
const char* kBig[] = {
    "49492b000800000010000000000000000d00000000000000000104000100000000000000040000000000000001010400010000000000000002"
    "000000000000000201030003000000000000000800080008000000030103000100000000000000010000000000000006010300010000000000"
    "000002000000000000001101100001000000000000003001000000000000150103000100000000000000030000000000000016010400010000"
    "0000000000020000000000000017011000010000000000000018000000000000001a010500010000000000000001000000010000001b010500"
    "010000000000000001000000010000001c01030001000000000000000100000000000000280103000100000000000000010000000000000000"
    "00000000000000000000000000000000000000000a141e28323c46505a646e78828c96a0aab4bec8d2dce6",
    "4d4d002b000800000000000000000010000000000000000d010000040000000000000001000000040000000001010004000000000000000100"
    "000002000000000102000300000000000000030008000800080000010300030000000000000001000100000000000001060003000000000000"
    "000100020000000000000111001000000000000000010000000000000130011500030000000000000001000300000000000001160004000000"
    "000000000100000002000000000117001000000000000000010000000000000018011a000500000000000000010000000100000001011b0005"
    "00000000000000010000000100000001011c000300000000000000010001000000000000012800030000000000000001000100000000000000"
    "00000000000000000000000000000000000000000a141e28323c46505a646e78828c96a0aab4bec8d2dce6"};
// 0, 256, 4095; 65535, 7, 300 in 16 bits.
const char* kBigDeep =
    "49492b000800000010000000000000000c00000000000000000104000100000000000000030000000000000001010400010000000000000002"
    "000000000000000201030001000000000000001000000000000000030103000100000000000000010000000000000006010300010000000000"
    "000001000000000000001101100001000000000000001001000000000000150103000100000000000000010000000000000016010400010000"
    "000000000002000000000000001701100001000000000000000c000000000000001a010500010000000000000001000000010000001b010500"
    "010000000000000001000000010000002801030001000000000000000100000000000000000000000000000000000001ff0fffff07002c01";

Image Decode(std::string_view bytes, const Depth& depth = {}) {
  Image image;
  DecodeOptions options;
  options.channels = 0;
  options.depth = depth;
  DecodeImage(bytes, options, &image);
  return image;
}

std::string CauseOf(std::string_view bytes) {
  try {
    ReadImageHeader(bytes);
    Decode(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// As Pillow 13 has them, by Little CMS. libtiff alone makes (255, 252, 222) of its white.
TEST(TiffCodecTest, CieLabIsConverted) {
  constexpr std::array<int, 3> kPixels[] = {{254, 255, 254}, {1, 0, 1},       {119, 119, 119}, {174, 123, 195},
                                            {80, 97, 76},    {207, 219, 206}, {66, 46, 102},   {145, 185, 96}};
  const std::string lab = FromHex(kLab);
  EXPECT_EQ(ReadImageHeader(lab).channels, 3);
  const Image image = Decode(lab);
  ASSERT_EQ(image.bytes(), 3 * std::size(kPixels));
  for (size_t i = 0; i < image.bytes(); ++i) {
    EXPECT_LE(std::abs(image.data()[i] - kPixels[i / 3][i % 3]), 1) << "pixel " << i / 3 << " channel " << i % 3;
  }
}

TEST(TiffCodecTest, OtherLabsAreRefusedByName) {
  for (const auto& [number, name] : {std::pair('\x09', "ICCLab"), {'\x0a', "ITULab"}}) {
    std::string lab = FromHex(kLab);
    lab[lab.find(FromHex("0601 0300 01000000 0800")) + 8] = number;
    EXPECT_EQ(CauseOf(lab), std::string("TIFF: colours of ") + name + " are not read; convert it to RGB");
  }
}

TEST(TiffCodecTest, BigTiffIsRead) {
  for (const char* hex : kBig) {
    const std::string file = FromHex(hex);
    EXPECT_EQ(SniffImageFormat(file), ImageFormat::kTiff);
    const ImageHeader header = ReadImageHeader(file);
    EXPECT_EQ(header.width, 4);
    EXPECT_EQ(header.height, 2);
    const Image image = Decode(file);
    ASSERT_EQ(image.bytes(), 24u);
    for (int i = 0; i < 24; ++i) EXPECT_EQ(image.data()[i], 10 * i);
    for (size_t size = 0; size < file.size(); ++size) EXPECT_NE(CauseOf(file.substr(0, size)), "") << size;
  }
  const std::string deep = FromHex(kBigDeep);
  EXPECT_TRUE(MayBeDeep(deep));
  EXPECT_EQ(ReadImageHeader(deep).bits, 16);
  const Image image = Decode(deep, Depth::Bits(12));
  EXPECT_EQ((std::vector<int>{image.data(), image.data() + image.bytes()}), (std::vector<int>{0, 16, 255, 255, 0, 18}));
}

}  // namespace
}  // namespace dataset
