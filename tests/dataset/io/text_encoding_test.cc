#include "dataset/io/text_encoding.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

std::string ErrorOf(std::string_view bytes) {
  try {
    DecodeText(bytes, "a.csv");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// The bytes are those of Python: "aß€𝄞".encode("utf-8-sig"), "utf-16-le", "utf-16-be".
TEST(TextEncodingTest, DecodesUtf8AndUtf16) {
  const std::string text = "a\xc3\x9f\xe2\x82\xac\xf0\x9d\x84\x9e";
  const struct {
    std::string bytes;
    TextEncoding encoding;
  } kCases[] = {
      {text, TextEncoding::kUtf8},
      {"\xef\xbb\xbf" + text, TextEncoding::kUtf8Mark},
      {FromHex("fffe 6100 df00 ac20 34d8 1edd"), TextEncoding::kUtf16Little},
      {FromHex("feff 0061 00df 20ac d834 dd1e"), TextEncoding::kUtf16Big},
      {FromHex("6100 df00 ac20 34d8 1edd"), TextEncoding::kUtf16Little},
      {FromHex("0061 00df 20ac d834 dd1e"), TextEncoding::kUtf16Big},
  };
  for (const auto& test : kCases) {
    const DecodedText decoded = DecodeText(test.bytes, "a.csv");
    EXPECT_EQ(decoded.text, text);
    EXPECT_EQ(decoded.encoding, test.encoding);
  }
  EXPECT_EQ(DecodeText("", "a.csv").text, "");
  EXPECT_EQ(DecodeText("a", "a.csv").text, "a");
  EXPECT_EQ(DecodeText(FromHex("fffe"), "a.csv").text, "");
  // Marked twice, by programs that convert a text with its mark.
  EXPECT_EQ(DecodeText(FromHex("feff feff 0061 feff"), "a.csv").text, "a\xef\xbb\xbf");
  EXPECT_EQ(DecodeText("\xef\xbb\xbf\xef\xbb\xbf"
                       "a",
                       "a.csv")
                .text,
            "a");
}

TEST(TextEncodingTest, RefusesTheRestByNameLineAndCure) {
  const std::string save = "save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet)";
  EXPECT_EQ(ErrorOf("path\r\nB\xe4r\n"), "a.csv: line 2: byte \\xe4 is not UTF-8; " + save +
                                             ", or convert it, such as by iconv from WINDOWS-1252 to UTF-8");
  EXPECT_EQ(ErrorOf("a\n\nb\xc3"), "a.csv: line 3: byte \\xc3 is not UTF-8; " + save +
                                       ", or convert it, such as by iconv from WINDOWS-1252 to UTF-8");
  EXPECT_EQ(ErrorOf(FromHex("fffe 0a00 61")),
            "a.csv: line 2: the text is UTF-16 but ends within a character; save the file anew");
  for (const char* half : {"feff 0061 d834", "feff dd1e 0061", "feff d834 0061", "feff d834 d834 dd1e"}) {
    EXPECT_EQ(ErrorOf(FromHex(half)), "a.csv: line 1: half a UTF-16 character; " + save);
  }
  const struct {
    const char* hex;
    const char* cause;
  } kNoText[] = {
      {"504b0304 1400", "is a zip file or a spreadsheet (.xlsx, .ods), no text"},
      {"d0cf11e0 a1b1", "is an Excel file (.xls), no text"},
      {"1f8b 0800", "is compressed by gzip; unpack it first"},
      {"50415231 15", "is a Parquet file, no text"},
      {"fffe0000 61000000", "is UTF-32; save it as UTF-8"},
      {"0000feff 00000061", "is UTF-32; save it as UTF-8"},
  };
  for (const auto& test : kNoText) {
    EXPECT_NE(ErrorOf(FromHex(test.hex)).find(test.cause), std::string::npos) << ErrorOf(FromHex(test.hex));
  }
}

TEST(TextEncodingTest, CountsLineEnds) {
  EXPECT_EQ(CountLineEnds(""), 0u);
  EXPECT_EQ(CountLineEnds("a\nb\r\nc\rd"), 3u);
  EXPECT_EQ(CountLineEnds("\n\r\n\r"), 3u);
}

}  // namespace
}  // namespace dataset
