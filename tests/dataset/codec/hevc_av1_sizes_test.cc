#include "dataset/codec/hevc_av1_sizes.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

void Expect(const CodedSize& size, int width, int height, const std::string& what) {
  EXPECT_EQ(size.width, width) << what;
  EXPECT_EQ(size.height, height) << what;
}

TEST(HevcSize, IsThatOfSequenceParameters) {
  Expect(HevcSize(FromHex("42010103700000030090000003000003001ea020810596ea4929ae6e021a0c0800000300c8000003000840")),
         64, 64, "x265");
  Expect(HevcSize(
             FromHex("42010103700000030090000003000003001ea00020008001000596ea4929ae6e021a0c0800000300c8000003000840")),
         16384, 16384, "x265");
  Expect(HevcSize(FromHex("42010103700000030090000003000003001ea001f82002f4596ea4929ae6e021a0c08000000c800000030084")),
         4032, 3024, "x265");
  Expect(HevcSize(FromHex("42010103700000030090000003000003001ea40001000065ba924a6b9b808683020000030032000003000210")),
         1, 65535, "x265");
  Expect(HevcSize(""), 0, 0, "nothing");
  Expect(HevcSize("\x42"), 0, 0, "half a head");
  Expect(HevcSize(FromHex("4001 0c01")), 0, 0, "video parameters");
  Expect(HevcSize(FromHex("4209 0101")), 0, 0, "of another layer");
}

TEST(Av1Size, IsThatOfSequenceHeaders) {
  Expect(Av1Size(FromHex("1200 0a09 1810ffed1010d06840 3200")), 32, 16, "Pillow's still picture");
  Expect(Av1Size(FromHex("0a05 1810ffec2a")), 32, 16, "its alpha");
  Expect(Av1Size(FromHex("0a0d 000000021ffcdaf91010d06840")), 32, 16, "its animation");
  Expect(Av1Size(""), 0, 0, "nothing");
  Expect(Av1Size(FromHex("1200")), 0, 0, "a temporal delimiter");
  Expect(Av1Size(FromHex("0affffffffffffffffff")), 1, 1, "a size that is too long");
}

}  // namespace
}  // namespace dataset
