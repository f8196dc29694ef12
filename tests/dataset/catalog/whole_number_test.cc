#include "dataset/catalog/whole_number.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

TEST(WholeNumberTest, Parses) {
  for (const char* text : {"0", "7", "-1", "+1", "007", "3.0", "3.000", "123456789012345678901234567890"}) {
    EXPECT_TRUE(ParseWholeNumber(text)) << text;
  }
  for (const char* text :
       {"", "-", "+", ".", "1.", ".0", "1.5", "1.0.0", "1e3", "0x1", " 1", "1 ", "1,0", "--1", "a"}) {
    EXPECT_FALSE(ParseWholeNumber(text)) << text;
  }
  EXPECT_EQ(ParseWholeNumber("007"), ParseWholeNumber("7.0"));
  EXPECT_EQ(ParseWholeNumber("-0"), ParseWholeNumber("0"));
}

}  // namespace
}  // namespace dataset
