#include "dataset/codec/unread_format.h"

#include <gtest/gtest.h>

#include <string>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

TEST(UnreadFormat, PicturesAreNamed) {
  const struct {
    std::string bytes;
    const char* title;
  } cases[] = {
      {FromHex("ff0a 1234"), "JPEG XL"},
      {FromHex("0000000c 4a584c20 0d0a870a 00"), "JPEG XL"},
      {FromHex("0000000c 6a502020 0d0a870a 00"), "JPEG 2000"},
      {FromHex("ff4fff51 00"), "JPEG 2000"},
      {FromHex("4949bc01 00"), "JPEG XR"},
      {"8BPS....", "Photoshop"},
      {FromHex("762f3101 00"), "OpenEXR"},
      {"#?RADIANCE\nFORMAT", "Radiance HDR"},
      {"DDS |", "DirectDraw"},
      {std::string(128, '\0') + "DICM", "DICOM"},
      {"SIMPLE  =                    T", "FITS"},
      {"P5\n24 36 255\n", "Netpbm (PGM, PPM)"},
      {"P6 # made by a camera\n24 36 255\n", "Netpbm (PGM, PPM)"},
      {"P7\nWIDTH 3\n", "Netpbm (PGM, PPM)"},
  };
  for (const auto& c : cases) {
    const std::string reason = std::string(c.title) + " is not read; convert to PNG or JPEG";
    EXPECT_EQ(WhyFormatIsUnread(c.bytes), reason);
    try {
      ReadImageHeader(c.bytes);
      ADD_FAILURE() << c.title;
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), reason);
    }
  }
}

TEST(UnreadFormat, OtherFilesAreNot) {
  for (const std::string& bytes :
       {std::string(), std::string("P"), std::string("P5"), std::string("P5 "), std::string("P5 is a page"),
        std::string("P8 1"), std::string("text"), std::string(200, '\0'), std::string("GIF89a"), FromHex("ffd8ffe0"),
        FromHex("00000018") + "ftypheic", FromHex("00000018") + "ftypavif"}) {
    EXPECT_EQ(WhyFormatIsUnread(bytes), "") << bytes;
  }
}

}  // namespace
}  // namespace dataset
