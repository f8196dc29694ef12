#include "dataset/io/csv.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataset/base/error.h"

namespace dataset {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows Parse(std::string_view text, char delimiter = ',') {
  CsvReader reader(text, "a.csv", delimiter);
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

TEST(CsvTest, TellsWhichFieldsHoldLineEnds) {
  CsvReader reader("\"a\",b\nc,\"d\r\ne\",\"f\n\ng\"\nh,i\n", "a.csv");
  std::vector<std::string> fields, seen;
  while (reader.Next(&fields)) {
    std::string row;
    for (const LongField& field : reader.long_fields()) {
      row += std::to_string(field.field) + ": " + std::to_string(field.line) + " to " + std::to_string(field.end_line) +
             "; ";
    }
    seen.push_back(row);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"", "1: 2 to 3; 2: 3 to 5; ", ""}));
}

TEST(CsvTest, RefusesWhatIsNoCsv) {
  const std::string cure = "; close it where the field ends, or take it away";
  EXPECT_EQ(ErrorOf("a\n\"b"), "a.csv: line 2: a quote is not closed" + cure);
  EXPECT_EQ(ErrorOf("a\n\""), "a.csv: line 2: a quote is not closed" + cure);
  EXPECT_EQ(ErrorOf("a\n\"b\"\""), "a.csv: line 2: a quote is not closed" + cure);
  EXPECT_EQ(ErrorOf("a\n\"b\nc\",\"d\ne"), "a.csv: line 3: a quote is not closed" + cure);
  EXPECT_EQ(ErrorOf("a\n\"b,1\nc,\"d\""), "a.csv: line 2: text after a closing quote in line 3" + cure);
  EXPECT_EQ(ErrorOf("\"a\"b"), "a.csv: line 1: text after a closing quote");
  EXPECT_EQ(ErrorOf("\"a\" b,c"), "a.csv: line 1: text after a closing quote");
  EXPECT_EQ(ErrorOf("a\rb\r\nc\"d\n"),
            "a.csv: line 3: a quote inside a field without quotes; put the field in quotes "
            "and double the quote inside");
}

// Rows as Python's csv.reader has them with skipinitialspace, which also ends rows at CR.
TEST(CsvTest, EndsRowsAtEachKindOfLineEnd) {
  EXPECT_EQ(Parse("a,b\rc,d\r"), (Rows{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(Parse("a\rb\nc\r\nd"), (Rows{{"a"}, {"b"}, {"c"}, {"d"}}));
  EXPECT_EQ(Parse("\"a\"\rb"), (Rows{{"a"}, {"b"}}));
  EXPECT_EQ(Parse("a\r\r\nb"), (Rows{{"a"}, {""}, {"b"}}));
}

TEST(CsvTest, LeavesOutBlanksAroundQuotes) {
  EXPECT_EQ(Parse("\"a\" ,\t\"b\"  \n \"c\",d "), (Rows{{"a", "b"}, {"c", "d "}}));
  EXPECT_EQ(Parse("\"a\" \t\"\"", '\t'), (Rows{{"a", ""}}));
}

TEST(CsvTest, TakesOtherDelimiters) {
  EXPECT_EQ(Parse("a;b,c\n\"d;e\";f", ';'), (Rows{{"a", "b,c"}, {"d;e", "f"}}));
  EXPECT_EQ(Parse("a\t\tb\n", '\t'), (Rows{{"a", "", "b"}}));
  EXPECT_EQ(Parse("  a \t b\nc d  \n\n\"e f\" g", ' '), (Rows{{"a", "b"}, {"c", "d"}, {""}, {"e f", "g"}}));
}

TEST(CsvTest, SkipsLines) {
  CsvReader reader("# \"x\r\n\na,b", "a.csv");
  EXPECT_EQ(reader.PeekLine(), "# \"x");
  reader.SkipLine();
  EXPECT_EQ(reader.PeekLine(), "");
  reader.SkipLine();
  std::vector<std::string> fields;
  EXPECT_TRUE(reader.Next(&fields));
  EXPECT_EQ(fields, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(reader.line(), 3u);
  EXPECT_EQ(reader.rest(), "");
}

TEST(CsvTest, WritesQuotesOnlyWhereNeeded) {
  std::string csv;
  AppendCsvRow({"plain", "a,b", "say \"x\"", "two\nlines", "cr\r", "", " blank "}, &csv);
  EXPECT_EQ(csv, "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"cr\r\",, blank \n");
  EXPECT_EQ(Parse(csv), (Rows{{"plain", "a,b", "say \"x\"", "two\nlines", "cr\r", "", " blank "}}));
}

}  // namespace
}  // namespace dataset
