#include "dataset/io/csv_delimiter.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

TEST(CsvDelimiterTest, FindsWhatMostRowsHaveAsOftenAsTheFirst) {
  const struct {
    const char* text;
    char delimiter;
  } kCases[] = {
      {"path,label\na.jpg,cat\n", ','},
      {"path;label\r\na,1.jpg;cat\r\n", ';'},
      {"path\tlabel\na.jpg\tcat, big\n", '\t'},
      {"a.jpg|cat\nb.jpg|dog", '|'},
      {"a.jpg 0\nb.jpg 1\n", ' '},
      {"a.jpg,cat\rb.jpg,dog\r", ','},
      {"a.jpg;cat, big\nb.jpg;dog\nc.jpg;dog\n", ';'},  // one row alone has a comma
      {"a,1.jpg;cat\nb,2.jpg;dog, old\n", ';'},         // commas, but not as often everywhere
      {"\"a;b\",\"c\"\"d\"\n\"e;\",f\n", ','},          // semicolons in quotes
      {"\"a,b\";c\n\n\nd;e\n", ';'},
      {"a.jpg;x,y\nb.jpg;z,w\n", ','},  // a doubt: the first of the order
      {"a.jpg\tx,y\nb.jpg\tz,w\n", '\t'},
      {"path label;x\n", ';'},
      {"one\ntwo\n", ','},
      {"", ','},
  };
  for (const auto& test : kCases) EXPECT_EQ(SniffDelimiter(test.text), test.delimiter) << test.text;
}

TEST(CsvDelimiterTest, HasNames) {
  EXPECT_EQ(NameOfDelimiter(';'), "semicolons");
  EXPECT_EQ(NameOfDelimiter('\t'), "tabs");
  EXPECT_EQ(NameOfDelimiter(':'), ":");
}

}  // namespace
}  // namespace dataset
