#include "dataset/io/csv.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataset/base/error.h"

namespace dataset {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows Parse(std::string_view text) {
  CsvReader reader(text, "a.csv");
  Rows rows;
  for (std::vector<std::string> fields; reader.Next(&fields);) rows.push_back(fields);
  return rows;
}

std::string ErrorOf(std::string_view text) {
  try {
    Parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// The examples of RFC 4180, section 2.
TEST(CsvTest, ReadsTheExamplesOfTheRfc) {
  EXPECT_EQ(Parse("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n"), (Rows{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}));
  EXPECT_EQ(Parse("aaa,bbb,ccc\r\nzzz,yyy,xxx"), (Rows{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}));
  EXPECT_EQ(Parse("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx"), (Rows{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}));
  EXPECT_EQ(Parse("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx"),
            (Rows{{"aaa", "b\r\nbb", "ccc"}, {"zzz", "yyy", "xxx"}}));
  EXPECT_EQ(Parse("\"aaa\",\"b\"\"bb\",\"ccc\""), (Rows{{"aaa", "b\"bb", "ccc"}}));
}

TEST(CsvTest, KeepsEmptyFieldsBlanksAndBlankLines) {
  EXPECT_EQ(Parse(""), Rows{});
  EXPECT_EQ(Parse("\n"), (Rows{{""}}));
  EXPECT_EQ(Parse("a\n\nb\n"), (Rows{{"a"}, {""}, {"b"}}));
  EXPECT_EQ(Parse(",\n"), (Rows{{"", ""}}));
  EXPECT_EQ(Parse("a,"), (Rows{{"a", ""}}));
  EXPECT_EQ(Parse("\"\",\"\""), (Rows{{"", ""}}));
  EXPECT_EQ(Parse(" a , b "), (Rows{{" a ", " b "}}));
}

TEST(CsvTest, CountsLinesThroughQuotedOnes) {
  CsvReader reader("a\n\"b\nb\"\r\nc\n", "a.csv");
  std::vector<std::string> fields;
  std::vector<size_t> lines;
  while (reader.Next(&fields)) lines.push_back(reader.line());
  EXPECT_EQ(lines, (std::vector<size_t>{1, 2, 4}));
}

TEST(CsvTest, RefusesWhatIsNoCsv) {
  EXPECT_EQ(ErrorOf("a\n\"b"), "a.csv: line 2: a quote is not closed");
  EXPECT_EQ(ErrorOf("a\n\""), "a.csv: line 2: a quote is not closed");
  EXPECT_EQ(ErrorOf("a\n\"b\"\""), "a.csv: line 2: a quote is not closed");
  EXPECT_EQ(ErrorOf("\"a\"b"), "a.csv: line 1: text after a closing quote");
  EXPECT_EQ(ErrorOf("\"a\" ,b"), "a.csv: line 1: text after a closing quote");
  EXPECT_EQ(ErrorOf("a\"b\n"), "a.csv: line 1: a quote inside an unquoted field");
  EXPECT_EQ(ErrorOf("a\rb\n"), "a.csv: line 1: a lone carriage return");
  EXPECT_EQ(ErrorOf("\"a\"\rb\n"), "a.csv: line 1: text after a closing quote");
  EXPECT_EQ(ErrorOf("caf\xe9\n"), "a.csv: is not UTF-8");
  EXPECT_EQ(ErrorOf("\xef\xbb\xbfpath\n"), "a.csv: begins with a byte-order mark; save it as UTF-8 without one");
}

TEST(CsvTest, WritesQuotesOnlyWhereNeeded) {
  std::string csv;
  AppendCsvRow({"plain", "a,b", "say \"x\"", "two\nlines", "cr\r", "", " blank "}, &csv);
  EXPECT_EQ(csv, "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"cr\r\",, blank \n");
  EXPECT_EQ(Parse(csv), (Rows{{"plain", "a,b", "say \"x\"", "two\nlines", "cr\r", "", " blank "}}));
}

}  // namespace
}  // namespace dataset
