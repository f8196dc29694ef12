#include "dataset/base/crc32c.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace dataset {
namespace {

// RFC 3720, appendix B.4, and the check value of the polynomial's catalogue.
TEST(Crc32cTest, PublishedVectors) {
  std::string ascending, descending;
  for (int i = 0; i < 32; ++i) {
    ascending += static_cast<char>(i);
    descending += static_cast<char>(31 - i);
  }
  const std::string iscsi_read(
      "\x01\xc0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x14\0\0\0\0\0\x04\0\0\0\0\x14\0\0\0\x18\x28\0\0\0\0\0\0\0"
      "\x02\0\0\0\0\0\0\0",
      48);
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(Crc32c(ascending), 0x46dd794eu);
  EXPECT_EQ(Crc32c(descending), 0x113fdb5cu);
  EXPECT_EQ(Crc32c(iscsi_read), 0xd9963a56u);
}

// Compares with the definition, the polynomial bit by bit, for every length and alignment that vectorised code treats
// differently.
TEST(Crc32cTest, EqualsTheDefinition) {
  const auto reference = [](std::string_view data) {
    uint32_t crc = ~0u;
    for (const char byte : data) {
      crc ^= static_cast<unsigned char>(byte);
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    return ~crc;
  };
  std::string data;
  for (uint32_t i = 0; i < 3000; ++i) data += static_cast<char>(i * i * 2654435761u >> 24);
  for (size_t offset = 0; offset < 9; ++offset) {
    for (size_t size = 0; size < 300; ++size) {
      const std::string_view part = std::string_view(data).substr(offset, size);
      ASSERT_EQ(Crc32c(part), reference(part)) << offset << " " << size;
    }
  }
  EXPECT_EQ(Crc32c(data), reference(data));
}

TEST(Crc32cTest, ExtendJoins) {
  const std::string text = "the quick brown fox jumps over the lazy dog";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(ExtendCrc32c(Crc32c(text.substr(0, cut)), text.substr(cut)), Crc32c(text));
  }
}

TEST(Crc32cTest, CombineIsTheCrcOfBothTogether) {
  std::string data;
  for (uint32_t i = 0; i < 100000; ++i) data += static_cast<char>(i * i * 2654435761u >> 24);
  const std::string_view all = data;
  for (const size_t size : {0, 1, 2, 7, 255, 256, 4097, 65536, 99999, 100000}) {
    const std::string_view whole = all.substr(0, size);
    for (const size_t cut : {size_t{0}, size / 3, size / 2, size - std::min<size_t>(size, 1), size}) {
      const std::string_view second = whole.substr(cut);
      EXPECT_EQ(CombineCrc32c(Crc32c(whole.substr(0, cut)), Crc32c(second), second.size()), Crc32c(whole))
          << cut << " of " << size;
    }
  }
}

TEST(Crc32cTest, Mask) {
  EXPECT_EQ(MaskCrc(0), 0xa282ead8u);
  EXPECT_EQ(MaskCrc(Crc32c("abc")), 0x21f1576eu);
  EXPECT_EQ(MaskCrc(Crc32c("123456789")), 0xc78ab0e5u);
  for (const uint32_t crc : {0u, 1u, 0x7fffu, 0x8000u, 0x5d7d1528u, 0xffffffffu})
    EXPECT_EQ(UnmaskCrc(MaskCrc(crc)), crc);
}

}  // namespace
}  // namespace dataset
