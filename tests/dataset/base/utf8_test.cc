#include "dataset/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace dataset {
namespace {

// Well-formed and ill-formed sequences of the Unicode Standard, tables 3-7 and 3-8, and RFC 3629.
TEST(Utf8Test, AcceptsValidText) {
  for (const std::string text :
       {"", "cat", "Gänseblümchen", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "日本語", "🌷"}) {
    EXPECT_TRUE(IsUtf8(text)) << Printable(text);
  }
}

TEST(Utf8Test, RefusesInvalidText) {
  for (const std::string text : {
           "\x80",                  // continuation without a lead
           "\xbf",                  //
           "caf\xe9",               // Latin-1
           "\xc3",                  // cut off
           "\xc3(",                 // continuation missing
           "\xe2\x82",              //
           "\xe2\x28\xa1",          //
           "\xf0\x9f\x8c",          //
           "\xf0\x9f\x8c(",         //
           "\xc0\xaf",              // overlong
           "\xc1\xbf",              //
           "\xe0\x9f\xbf",          //
           "\xf0\x8f\xbf\xbf",      //
           "\xed\xa0\x80",          // surrogates
           "\xed\xbf\xbf",          //
           "\xf4\x90\x80\x80",      // above U+10FFFF
           "\xf5\x80\x80\x80",      //
           "\xf8\x88\x80\x80\x80",  // five bytes
           "\xfe",                  //
           "\xff",                  //
       }) {
    EXPECT_FALSE(IsUtf8(text)) << Printable(text);
    EXPECT_FALSE(IsUtf8("a" + text)) << Printable(text);
  }
}

TEST(Utf8Test, PrintableKeepsTextAndEscapesTheRest) {
  EXPECT_EQ(Printable("Gänse 🌷"), "Gänse 🌷");
  EXPECT_EQ(Printable("caf\xe9"), "caf\\xe9");
  EXPECT_EQ(Printable("a\nb\x7f"), "a\\x0ab\\x7f");
  EXPECT_EQ(Printable(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

TEST(Utf8Test, FindsControlCharacters) {
  EXPECT_FALSE(HasControlCharacter("Gänse 🌷~"));
  for (const std::string text : {"a\n", "\r", "a\tb", "\x1f", "\x7f"}) EXPECT_TRUE(HasControlCharacter(text));
  EXPECT_TRUE(HasControlCharacter(std::string(1, '\0')));
}

}  // namespace
}  // namespace dataset
