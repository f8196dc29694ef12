#include "dataset/codec/codec_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace dataset {
namespace {

TEST(CodecTableTest, EachFormatHasOneRow) {
  EXPECT_EQ(CodecTable().size(), Names<ImageFormat>().size());
  for (const std::string& name : Names<ImageFormat>()) {
    EXPECT_EQ(CodecOf(*ParseName<ImageFormat>(name)).format, ParseName<ImageFormat>(name));
  }
}

TEST(CodecTableTest, EachExtensionIsOfOneFormat) {
  std::set<std::string> seen;
  for (const CodecRow& codec : CodecTable()) {
    EXPECT_FALSE(codec.extensions.empty());
    for (const auto& list : {codec.extensions, codec.other_extensions}) {
      for (const std::string_view extension : list) {
        EXPECT_TRUE(extension.starts_with('.')) << extension;
        EXPECT_TRUE(seen.emplace(extension).second) << extension;
      }
    }
  }
}

TEST(CodecTableTest, EachCanDecode) {
  for (const CodecRow& codec : CodecTable()) EXPECT_TRUE(codec.decode != nullptr || codec.decode_part != nullptr);
  EXPECT_EQ(ListCodecs(), "JPEG, PNG, BMP, GIF, WebP, TIFF, HEIC or AVIF");
  EXPECT_EQ(SniffCodec(""), nullptr);
  EXPECT_EQ(SniffCodec("BM is how this text begins"), nullptr);
}

TEST(CodecTableTest, KnowsExtensionsInAnyCase) {
  for (const char* path : {"a.jpg", "a/b.JPG", "x.JpEg", "x.png", "x.BMP", "x.webp", "x.tif", "x.TIFF", "a.b.jpe",
                           "a.gif", "IMG_1.HEIC", "a.heif", "a.avif"}) {
    EXPECT_TRUE(HasImageExtension(path)) << path;
  }
  for (const char* path : {"", "jpg", "a.jp", "a.txt", "a.jpgx", "a.", "a.jxl", "Thumbs.db", "a.jpg/b"}) {
    EXPECT_FALSE(HasImageExtension(path)) << path;
  }
}

}  // namespace
}  // namespace dataset
