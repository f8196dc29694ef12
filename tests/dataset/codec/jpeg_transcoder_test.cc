#include "dataset/codec/jpeg_transcoder.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

Image Decode(const std::string& bytes) {
  Image picture;
  DecodeImage(bytes, {0, 0, 0, {}}, &picture);
  return picture;
}

// Every unusual JPEG that decodes has the same pixels as a baseline one.
TEST(JpegTranscoderTest, KeepsThePixelsOfRealFiles) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  int progressive = 0, transcoded = 0;
  for (const auto& item : fs::directory_iterator(data / "odd/jpeg")) {
    const std::string bytes = ReadFile(item.path());
    ImageHeader header;
    Image before;
    try {
      header = ReadImageHeader(bytes);
      before = Decode(bytes);
    } catch (const Error&) {
      continue;
    }
    if (header.format != ImageFormat::kJpeg || header.cmyk || header.orientation != 1) continue;
    std::string baseline;
    TranscodeToBaseline(bytes, &baseline);
    ++transcoded;
    progressive += header.progressive ? 1 : 0;
    const ImageHeader after_header = ReadImageHeader(baseline);
    EXPECT_FALSE(after_header.progressive) << item.path();
    const Image after = Decode(baseline);
    ASSERT_EQ(after.bytes(), before.bytes()) << item.path();
    EXPECT_TRUE(std::equal(before.data(), before.data() + before.bytes(), after.data())) << item.path();
  }
  EXPECT_GE(progressive, 1);
  EXPECT_GE(transcoded, 3);
}

TEST(JpegTranscoderTest, RefusesDamage) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  int refused = 0;
  for (const auto& item : fs::directory_iterator(data / "odd/corrupt")) {
    try {
      std::string baseline;
      TranscodeToBaseline(ReadFile(item.path()), &baseline);
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GE(refused, 50);
}

}  // namespace
}  // namespace dataset
