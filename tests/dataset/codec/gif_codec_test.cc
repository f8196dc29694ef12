#include "dataset/codec/gif_codec.h"

#include <gtest/gtest.h>

#include <string>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

// Two colours, and a frame of 2 x 1 pixels with the numbers 0 and 1.
const std::string kScreen = "474946383961 0200 0100 80 00 00  0a0a0a 0d0d0d ";
const std::string kFrame = "2c 0000 0000 0200 0100 00  02 02 440a 00 ";

std::string ReasonOf(const std::string& bytes) {
  try {
    Image image;
    DecodeGif(bytes, ReadGifHeader(bytes), &image);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Gif, WhatIsNotOfThePictureMayBeMissing) {
  for (const char* rest : {"3b", "", "2c", "21", "21fe", "21fe 05 61", "00", "3b 00", "2c 0000"}) {
    Image image;
    const std::string bytes = FromHex(kScreen + "21fe 01 61 00 " + kFrame + rest);
    DecodeGif(bytes, ReadGifHeader(bytes), &image);
    ASSERT_EQ(image.bytes(), 6u);
    EXPECT_EQ(image.data()[0], 10) << rest;
    EXPECT_EQ(image.data()[3], 13) << rest;
  }
}

TEST(Gif, WhatIsDamagedIsRefused) {
  const std::string good = FromHex(kScreen + "21f9 04 01 0000 00 00 " + kFrame);
  ASSERT_EQ(ReasonOf(good), "");
  for (size_t size = 6; size < good.size(); ++size) {
    EXPECT_EQ(ReasonOf(good.substr(0, size)), "GIF: the file is cut off") << size;
  }
  const std::string cases[] = {
      kScreen + "3b",                                              // no frame
      kScreen + "00" + kFrame,                                     // a byte between blocks
      kScreen + "2c 0000 0000 0000 0100 00  02 02 440a 00",        // an empty frame
      kScreen + "2c 0000 0000 0200 0100 00  02 01 0c 00",          // one pixel only
      kScreen + "2c 0000 0000 0200 0100 00  02 02 2c00 00",        // the end before the first pixel
      kScreen + "2c 0000 0000 0200 0100 00  02 00",                // no pixels
      kScreen + "2c 0000 0000 0200 0100 00  0d 02 440a 00",        // codes of 13 bits
      kScreen + "2c 0000 0000 0200 0100 00  02 02 ffff 00",        // a code that is not there yet
      kScreen + "2c ffff 0000 0200 0100 00  02 02 440a 00",        // too wide a place
      "474946383961 0200 0100 87 00 00  0a0a0a 0d0d0d " + kFrame,  // a palette of 256 colours that is cut off
  };
  for (const std::string& hex : cases) EXPECT_NE(ReasonOf(FromHex(hex)), "") << hex;
}

}  // namespace
}  // namespace dataset
