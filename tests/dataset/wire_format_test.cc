#include "dataset/wire_format.h"

#include <gtest/gtest.h>

#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

TEST(WireFormatTest, Varints) {
  const struct {
    uint64_t value;
    const char* hex;
  } cases[] = {{0, "00"},       {1, "01"},         {127, "7f"},
               {128, "8001"},   {150, "9601"},     {300, "ac02"},
               {16383, "ff7f"}, {16384, "808001"}, {UINT64_MAX, "ffffffffffffffffff01"}};
  for (const auto& [value, hex] : cases) {
    std::string bytes;
    AppendVarint(value, &bytes);
    EXPECT_EQ(bytes, FromHex(hex));
    EXPECT_EQ(VarintSize(value), bytes.size());
    const std::string more = bytes + "x";
    std::string_view rest = more;
    uint64_t parsed = 0;
    EXPECT_TRUE(TakeVarint(&rest, &parsed));
    EXPECT_EQ(parsed, value);
    EXPECT_EQ(rest, "x");
    rest = std::string_view(bytes).substr(0, bytes.size() - 1);
    EXPECT_FALSE(TakeVarint(&rest, &parsed)) << "cut off";
  }
  for (const char* hex : {"ffffffffffffffffff02", "ffffffffffffffffffff01", "80808080808080808080"}) {
    const std::string bytes = FromHex(hex);
    std::string_view rest = bytes;
    uint64_t parsed = 0;
    EXPECT_FALSE(TakeVarint(&rest, &parsed)) << hex;
  }
}

TEST(WireFormatTest, WalksAllFields) {
  // Message of protobuf's documentation: field 1 = 150, field 2 = "testing"; then fixed64 and fixed32.
  const std::string message = FromHex("089601 120774657374696e67 19000000000000f03f 2500000000");
  WireReader reader(message);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 1u);
  EXPECT_EQ(reader.type(), WireType::kVarint);
  EXPECT_EQ(reader.integer(), 150u);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 2u);
  EXPECT_EQ(reader.bytes(), "testing");
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.type(), WireType::kFixed64);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.type(), WireType::kFixed32);
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.good());
}

TEST(WireFormatTest, RefusesWhatIsNoField) {
  for (const char* hex : {"08", "0880", "0a", "0a01", "0affffffffffffffffff01", "09", "0900000000000000", "0d000000",
                          "0b", "0c", "0e", "0f", "00", "02", "ffffffffff7f00"}) {
    const std::string message = FromHex(hex);
    WireReader reader(message);
    EXPECT_FALSE(reader.Next()) << hex;
    EXPECT_FALSE(reader.good()) << hex;
    EXPECT_FALSE(reader.Next()) << hex;
  }
}

TEST(WireFormatTest, BytesFields) {
  std::string field;
  AppendBytesHeader(2, 7, &field);
  field += "testing";
  EXPECT_EQ(field, FromHex("120774657374696e67"));
  EXPECT_EQ(BytesFieldSize(7), field.size());
}

}  // namespace
}  // namespace dataset
