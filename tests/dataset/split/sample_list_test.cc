#include "dataset/split/sample_list.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"

namespace dataset {
namespace {

using Names = std::vector<std::string>;

SampleListOptions Columns(const std::optional<Names>& columns) {
  SampleListOptions options;
  options.columns = columns;
  return options;
}

// "path label split extra" of each sample.
Names Read(const std::string& text, const SampleListOptions& options = {}) {
  Names lines;
  for (const ListedSample& sample : ParseSampleList(text, "list", options)) {
    lines.push_back(sample.path + " " + sample.label);
    if (sample.split) lines.back() += " " + std::string(NameOf(*sample.split));
    if (!sample.extra.empty()) lines.back() += " " + sample.extra;
  }
  return lines;
}

std::string ErrorOf(const std::string& text, const SampleListOptions& options = {}) {
  try {
    Read(text, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(SampleListTest, ReadsCsvWithAndWithoutHeader) {
  const Names expected = {"1.jpg cat", "2.jpg dog"};
  EXPECT_EQ(Read("path,label\n1.jpg,cat\n2.jpg,dog\n"), expected);
  EXPECT_EQ(Read("label,path\r\ncat,1.jpg\r\ndog,2.jpg\r\n"), expected);
  EXPECT_EQ(Read("1.jpg,cat\n2.jpg,dog"), expected);
  EXPECT_EQ(Read("\xef\xbb\xbfpath,label\n1.jpg,cat\n2.jpg,dog\n\n"), expected);
  EXPECT_EQ(Read("id,path,label\n7,1.jpg,cat\n8,2.jpg,dog\n"), expected);
  EXPECT_EQ(Read("file,species\n1.jpg,cat\n2.jpg,dog\n", Columns(Names{"file", "species"})), expected);
  EXPECT_EQ(Read("species,file\ncat,1.jpg\ndog,2.jpg\n", Columns(Names{"file", "species"})), expected);
  EXPECT_EQ(Read("cat,1.jpg\ndog,2.jpg\n", Columns(Names{"label", "path"})), expected);
  EXPECT_EQ(Read("7,1.jpg,cat\n8,2.jpg,dog\n", Columns(Names{"id", "path", "label"})), expected);
}

// split-folders cannot take splits from a given list.
TEST(SampleListTest, ReadsSplitsAndOneMoreColumn) {
  SampleListOptions options;
  options.extra_column = "patient";
  EXPECT_EQ(Read("path,label,split,patient\na,x,train,p1\nb,x,validation,\n", options),
            (Names{"a x train p1", "b x val"}));
  options.columns = Names{"path", "label", "patient"};
  EXPECT_EQ(Read("a,x,p1\nb,x,p2\n", options), (Names{"a x p1", "b x p2"}));
  EXPECT_EQ(Read(R"([{"path":"a","label":"x","patient":7}])", options), Names{"a x 7"});
}

// A list like imageatm's samples.json.
TEST(SampleListTest, ReadsJsonLists) {
  const Names expected = {"1.jpg cat", "2.jpg 7"};
  EXPECT_EQ(Read(R"([{"image_id": "1.jpg", "label": "cat"}, {"label": 7, "image_id": "2.jpg", "more": []}])"),
            expected);
  EXPECT_EQ(Read("\n [{\"f\": \"1.jpg\", \"c\": \"cat\"}, {\"f\": \"2.jpg\", \"c\": 7}]", Columns(Names{"f", "c"})),
            expected);
  SampleListOptions options;
  options.json_key = "images";
  EXPECT_EQ(Read(R"({"info": 1, "images": [{"image_id": "1.jpg", "label": "cat"}]})", options), Names{"1.jpg cat"});
}

TEST(SampleListTest, RefusesBadCsv) {
  const struct {
    std::string text, cause;
  } kCases[] = {
      {"", "list: is empty; each line must have a path and a label"},
      {"path,label\n", "list: lists no samples"},
      {"path,label\na\n", "list: line 2: 1 fields instead of 2"},
      {"a,b,c\n", "list: line 1: 3 fields instead of 2"},
      {"path,label\na,x\nb,y,z\n", "list: line 3: 3 fields instead of 2"},
      {"path,label\n,x\n", "list: line 2: the path is empty"},
      {"path,label\na,\n", "list: line 2: the label is empty"},
      {"path,label\na,\"x\ny\"\n", "list: line 2: label \"x\\x0ay\" has a control character"},
      {"path,label,split\na,x,dev\n", "list: line 2: split \"dev\" is none of train, val, test"},
      {"path,label\na,\"x\n", "list: line 2: a quote is not closed"},
      {"path,label\n\xff,x\n", "list: is not UTF-8"},
  };
  for (const auto& test : kCases) EXPECT_EQ(ErrorOf(test.text), test.cause);
  SampleListOptions options;
  options.extra_column = "patient";
  EXPECT_EQ(ErrorOf("path,label\na,x\n", options), "list: has no column \"patient\"");
  for (const Names& names : {Names{}, {"path"}, {"path", ""}, {"path", "path"}}) {
    EXPECT_NE(ErrorOf("a,b\n", Columns(names)).find("`columns` must name"), std::string::npos);
  }
}

TEST(SampleListTest, RefusesBadJson) {
  for (const std::string text :
       {"[", "{", "[{]", "[1]", "[[]]", "[{}]", "{}", "[]", R"([{"image_id": "a"}])", R"([{"label": "x"}])",
        R"([{"image_id": "a", "label": null}])", R"([{"image_id": "a", "label": 1.5}])",
        R"([{"image_id": ["a"], "label": "x"}])", R"([{"image_id": "", "label": "x"}])",
        R"([{"image_id": "a", "label": ""}])", R"([{"image_id": "a", "label": "x\n"}])",
        R"([{"image_id": "a", "label": "x", "split": "dev"}])", "[{\"image_id\": \"\xff\", \"label\": \"x\"}]",
        R"([{"image_id": "a", "label": "x", "split": "train"}, {"image_id": "b", "label": "x"}])"}) {
    EXPECT_EQ(ErrorOf(text).substr(0, 6), "list: ") << text;
  }
  EXPECT_EQ(ErrorOf(std::string(100000, '[')).substr(0, 6), "list: ");
  SampleListOptions options;
  options.json_key = "images";
  EXPECT_EQ(ErrorOf("{}", options), "list: has no member \"images\"");
  EXPECT_EQ(ErrorOf("[]", options), "list: has no member \"images\"");
  EXPECT_NE(ErrorOf("a,b\n", options).find("`json_key` is for a JSON list"), std::string::npos);
}

}  // namespace
}  // namespace dataset
