#include "dataset/io/table_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataset/base/error.h"

namespace dataset {
namespace {

using Names = std::vector<std::string>;

// "line: field|field" of each row.
Names Read(std::string_view bytes, std::string* description = nullptr) {
  TableReader table(DecodeText(bytes, "a.csv"), "a.csv");
  Names rows;
  for (Names fields; table.Next(&fields);) {
    std::string row = std::to_string(table.line()) + ":";
    for (const std::string& field : fields) row += " " + field + (&field == &fields.back() ? "" : "|");
    rows.push_back(row);
  }
  if (description != nullptr) *description = table.Description();
  return rows;
}

std::string ErrorOf(std::string_view bytes) {
  try {
    Read(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(TableReaderTest, ReadsWhatSpreadsheetsSave) {
  const struct {
    std::string bytes;
    Names rows;
    std::string description;
  } kCases[] = {
      {"path,label\na,x\n", {"1: path| label", "2: a| x"}, "UTF-8, separated by commas"},
      {"\xef\xbb\xbfpath;label\r\na;x\r\n",
       {"1: path| label", "2: a| x"},
       "UTF-8 with a byte-order mark, separated by semicolons"},
      {std::string("\xff\xfep\0\t\0l\0\n\0", 10), {"1: p| l"}, "UTF-16 (little-endian), separated by tabs"},
      {"sep=;\na;x\n", {"2: a| x"}, "UTF-8, separated by semicolons"},
      {"\"SEP=|\"\r\na|x,y\r\n", {"2: a| x,y"}, "UTF-8, separated by bars"},
      {"sep=:\na:x\n", {"2: a| x"}, "UTF-8, separated by :"},
      {"sep=a\n", {"1: sep=a"}, "UTF-8, separated by commas"},
      {"\n \na,x\n\n,\n \t,  \nb,y", {"3: a| x", "7: b| y"}, "UTF-8, separated by commas"},
      // Empty fields at the end of the first row, as spreadsheets pad it, and of others.
      {"path,label,,\na,x,,\nb,y\nc,z,,,,\n",
       {"1: path| label", "2: a| x", "3: b| y", "4: c| z"},
       "UTF-8, separated by commas"},
      {"a,x,\n", {"1: a| x"}, "UTF-8, separated by commas"},
      {"# made by \"hand\na,x\n# more\n##\n#\nb,y\n", {"2: a| x", "6: b| y"}, "UTF-8, separated by commas, 4 comments"},
      {"#one\n#path,label\na,x\n", {"2: #path| label", "3: a| x"}, "UTF-8, separated by commas, 1 comment"},
      // Rows whose first field begins with '#' are rows.
      {"path,label\n#1.jpg,x\n# 1.jpg,\"x, y\"\n\"# 2\",z\n#,w\n",
       {"1: path| label", "2: #1.jpg| x", "3: # 1.jpg| x, y", "4: # 2| z", "5: #| w"},
       "UTF-8, separated by commas"},
      {"path,label,group\n# 1.jpg,x,\n# 2.jpg,y,,\n",
       {"1: path| label| group", "2: # 1.jpg| x| ", "3: # 2.jpg| y| "},
       "UTF-8, separated by commas"},
      {"#path,label,group\na,x,\n", {"1: #path| label| group", "2: a| x| "}, "UTF-8, separated by commas"},
      {"#1.jpg,x\n#2.jpg,y\n", {"1: #1.jpg| x", "2: #2.jpg| y"}, "UTF-8, separated by commas"},
      {"# a note of words\na.jpg  0\nb.jpg\t1 \n",
       {"2: a.jpg| 0", "3: b.jpg| 1"},
       "UTF-8, separated by blanks, 1 comment"},
      {"", {}, "UTF-8, separated by commas"},
      {"\n\n", {}, "UTF-8, separated by commas"},
  };
  for (const auto& test : kCases) {
    std::string description;
    EXPECT_EQ(Read(test.bytes, &description), test.rows) << test.bytes;
    EXPECT_EQ(description, test.description) << test.bytes;
  }
}

TEST(TableReaderTest, RefusesRowsOfAnotherWidthByLine) {
  const std::string commas = " (the table is read as separated by commas)";
  EXPECT_EQ(ErrorOf("a,b\nc\n"), "a.csv: line 2: 1 field instead of 2" + commas);
  EXPECT_EQ(ErrorOf("a,b,c\n\nd,e\n"), "a.csv: line 3: 2 fields instead of 3" + commas);
  EXPECT_EQ(ErrorOf("a,b\rc,d,e"),
            "a.csv: line 2: 3 fields instead of 2; a field that has the delimiter in it must be in quotes" + commas);
  EXPECT_EQ(ErrorOf("a,,\nc,,d"),
            "a.csv: line 2: 3 fields instead of 1; a field that has the delimiter in it must be in quotes" + commas);
  EXPECT_EQ(ErrorOf("a,b\n#cut\n"), "a.csv: line 2: 1 field instead of 2; a comment must begin with \"# \"" + commas);
  EXPECT_EQ(ErrorOf("a,b\n\"c\n\nd,e"),
            "a.csv: line 2: a quote is not closed; close it where the field ends, or take it away");
  EXPECT_EQ(
      ErrorOf("a,b\nc,d\n\"e,f\ng,h\"\ni,j\n"),
      "a.csv: line 3: 1 field instead of 2: a quote opens here and closes in line 4; close it where the field ends, "
      "or take it away");
}

TEST(TableReaderTest, TellsWhichRowsAQuoteHasTakenIn) {
  const struct {
    const char* row;
    std::vector<Names> rows;
  } kCases[] = {
      {"\"a,b,c\nd\",e,f", {{"a", "b", "c"}, {"d", "e", "f"}}},
      {"a,b,\"c\nd,e,f\"", {{"a", "b", "c"}, {"d", "e", "f"}}},
      {"a,\"b,c\r\nd,e,\r\n\r\nf,g\",h", {{"a", "b", "c"}, {"d", "e", ""}, {"f", "g", "h"}}},
      {"a,\"b,\"\"\ng,e\",f", {{"a", "b", ""}, {"g", "e", "f"}}},
      {"a,\"b,\"\"c\ng,e\",f", {}},
      {"\"a,b,c\n\",e,f", {{"a", "b", "c"}, {"", "e", "f"}}},
      {"a,b,\"\nd,e,f\"", {{"a", "b", ""}, {"d", "e", "f"}}},
      // Texts of several lines.
      {"a,\"b\nc\",d", {}},
      {"\"a\nb\",c,d", {}},
      {"a,b,\"c\nd,e\"", {}},
      {"a,b,\"c\nd,e,f,g\"", {}},
      {"\"a,b\nc\",d,e", {}},
      {"a,b,\"c,\n\"", {}},
  };
  for (const auto& test : kCases) {
    TableReader table(DecodeText(std::string("x,y,z\n") + test.row, "a.csv"), "a.csv");
    Names fields;
    ASSERT_TRUE(table.Next(&fields) && table.Next(&fields)) << test.row;
    ASSERT_EQ(table.long_fields().size(), 1u) << test.row;
    EXPECT_EQ(table.RowsWithin(fields, table.long_fields()[0]), test.rows) << test.row;
  }
}

TEST(TableReaderTest, ColumnKeysAreNamesAsPeopleMeanThem) {
  EXPECT_EQ(ColumnKey(" Image-Path\t"), "image_path");
  EXPECT_EQ(ColumnKey("# file name"), "file_name");
  EXPECT_EQ(ColumnKey("\xc2\xa0Label\xc2\xa0 "), "label");
  EXPECT_EQ(ColumnKey("Unnamed: 0"), "");
  EXPECT_EQ(ColumnKey("  "), "");
}

}  // namespace
}  // namespace dataset
