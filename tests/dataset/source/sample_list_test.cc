#include "dataset/source/sample_list.h"

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
  for (const ListedSample& sample : ParseSampleList(text, "list", options).samples) {
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

// The notes, or the warnings, each after a '|'.
std::string NotesOf(const std::string& text, const SampleListOptions& options = {}) {
  std::string notes;
  for (const std::string& note : ParseSampleList(text, "list", options).notes) notes += "|" + note;
  return notes;
}

std::string WarningsOf(const std::string& text) {
  std::string warnings;
  for (const std::string& warning : ParseSampleList(text, "list", {}).warnings) warnings += "|" + warning;
  return warnings;
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

// Headers of lists that people have published: Kaggle's, Hugging Face's, those of pandas and of spreadsheets.
TEST(SampleListTest, KnowsTheUsualNamesOfColumns) {
  const Names expected = {"1.jpg cat", "2.jpg dog"};
  for (const char* header : {"path,label", "Path,Label", " path , label", "filename,class", "file_name,label",
                             "id,breed", "id_code,diagnosis", "image_id,label", "Image,Id Of Whale", "image,level",
                             "img,Class Name", "# path,label", "\"file name\",Target"}) {
    EXPECT_EQ(Read(std::string(header) + "\n1.jpg,cat\n2.jpg,dog\n"), expected) << header;
  }
  EXPECT_EQ(Read("subject,classname,img\np1,cat,1.jpg\np2,dog,2.jpg\n"), expected);
  EXPECT_EQ(Read(",path,label\n0,1.jpg,cat\n1,2.jpg,dog\n"), expected);
  EXPECT_EQ(Read("id,image_path,breed\n0,1.jpg,cat\n1,2.jpg,dog\n"), expected);
  EXPECT_EQ(Read("File,SPECIES\n1.jpg,cat\n2.jpg,dog\n", Columns(Names{"file", "species"})), expected);
  // No header: names of columns are no paths.
  EXPECT_EQ(Read("img/1.jpg,target\nimg/2.jpg,class\n"), (Names{"img/1.jpg target", "img/2.jpg class"}));
  EXPECT_EQ(Read("0001,cat\n0002,dog\n"), (Names{"0001 cat", "0002 dog"}));
}

TEST(SampleListTest, SaysHowTheListIsRead) {
  EXPECT_EQ(NotesOf("1.jpg;cat\n"),
            "|read as UTF-8, separated by semicolons, 1 sample; no header, paths in column 1, labels in column 2");
  EXPECT_EQ(
      NotesOf(",file_name,class\n0,a,x\n1,b,y\n"),
      "|read as UTF-8, separated by commas, 2 samples; paths in column \"file_name\", labels in column \"class\"; "
      "column 1 has no name and is not used");
  EXPECT_EQ(NotesOf("path,label\na, x\nb,y\nc,y \n"),
            "|read as UTF-8, separated by commas, 3 samples; paths in column \"path\", labels in column \"label\""
            "|blanks around 2 labels are left out, the first in line 2");
  EXPECT_NE(NotesOf(R"([{"image_id":"a","label":"x"}])").find("|read as JSON, 1 sample; paths in column \"image_id\""),
            std::string::npos);
}

TEST(SampleListTest, SaysWhetherAColumnGivesTheSplits) {
  const std::string rows = "\na,x,Train\nb,x,Valid\n";
  for (const char* name : {"split", "Split", "subset", "partition", "set"}) {
    const std::string text = "path,label," + std::string(name) + rows;
    EXPECT_EQ(Read(text), (Names{"a x train", "b x val"})) << name;
    EXPECT_NE(NotesOf(text).find("; column \"" + std::string(name) + "\" gives the splits"), std::string::npos) << name;
  }
  // What is no split is not used: folds, and subsets that are not all named after splits.
  for (const char* text : {"path,label,fold\na,x,train\nb,x,val\n", "path,label,subset\na,x,train\nb,x,7\n",
                           "path,label,set\na,x,\nb,x,train\n"}) {
    EXPECT_EQ(Read(text), (Names{"a x", "b x"})) << text;
    EXPECT_NE(NotesOf(text).find("\" is not used"), std::string::npos) << text;
  }
  // One slip of the pen must not undo the other rows' splits.
  for (const char* text :
       {"path,label,subset\na,x,train\nb,x,test\nc,x,trian\n", "path,label,subset\na,x,train\nb,x,test\nc,x,\n"}) {
    EXPECT_NE(ErrorOf(text).find("is none of train, val, test"), std::string::npos) << text;
  }
  EXPECT_NE(NotesOf("path,label,split,subset\na,x,train,1\n")
                .find("column \"split\" gives the splits; column \"subset\" "
                      "is not used"),
            std::string::npos);
}

// Each is read, or refused, as a table with blank cells is.
TEST(SampleListTest, ObjectsOfWhichOnlySomeHaveASplit) {
  const struct {
    const char* text;
    const char* result;  // the last sample, or the cause
  } kCases[] = {
      {R"([{"path":"a","label":"x"},{"path":"b","label":"x","split":"train"}])", "element 0: split \"\" is none of"},
      {R"([{"path":"a","label":"x","split":"val"},{"path":"b","label":"x"}])", "element 1: split \"\" is none of"},
      {R"([{"path":"a","label":"x","split":null},{"path":"b","label":"x","split":"val"}])",
       "element 0: split \"\" is none of"},
      {R"([{"path":"a","label":"x","split":[]},{"path":"b","label":"x","split":"val"}])",
       "element 0: \"split\" is missing or no text"},
      {"{\"path\":\"a\",\"label\":\"x\"}\n{\"path\":\"b\",\"label\":\"x\",\"split\":\"val\"}",
       "line 1: split \"\" is none of"},
      {R"([{"path":"a","label":"x"},{"path":"b","label":"x","subset":"val"},{"path":"c","label":"x","subset":"val"}])",
       "element 0: split \"\" is none of"},
      {R"([{"path":"a","label":"x"},{"path":"c","label":"x","subset":"val"}])", "c x"},
      {R"([{"path":"a","label":"x","split":"val"},{"label":"x","path":"c","split":"train","text":"t"}])", "c x train"},
      {R"([{"path":"a","label":"x"},{"path":"b","label":"x","Split":"val","split":"val"}])",
       "element 0: column \"split\" comes twice"},
      // Path and label are those of the first object.
      {R"([{"file_name":"a","text":"x"},{"file_name":"b","text":"y","path":"c","label":"z"}])", "b y"},
  };
  for (const auto& test : kCases) {
    const std::string cause = ErrorOf(test.text);
    EXPECT_TRUE((cause.empty() ? Read(test.text).back() : cause.substr(6)).starts_with(test.result))
        << test.text << ": " << cause;
  }
}

TEST(SampleListTest, WarnsOfSplitsThatAreNotUsed) {
  const std::string end =
      " is not used, but holds nothing but names of splits; a column of the name \"split\" gives the splits";
  const struct {
    const char* text;
    std::string warnings;
  } kCases[] = {
      {"path,label,usage\na,x,train\nb,x, Val \n", "|column \"usage\"" + end},
      {"path,label,fold\na,x,train\nb,x,test\n", "|column \"fold\"" + end},
      {"path,label,type,part\na,x,train,dev\nb,x,test,eval\n", "|column \"type\"" + end + "|column \"part\"" + end},
      {"path,label,subset,set\na,x,1,train\nb,x,2,test\n", "|column \"set\"" + end},
      {R"([{"path":"a","label":"x","usage":"train"},{"path":"b","label":"x","usage":"test"}])",
       "|column \"usage\"" + end},
      {"path,type\na,train\nb,test\n",
       "|all labels are names of splits, and classes here; `columns` names another column of labels"},
      // The splits come from elsewhere, or not all of the column are splits.
      {"path,label,split,usage\na,x,train,train\nb,x,val,test\n", ""},
      {"path,label,usage\na,x,train\nb,x,\n", ""},
      {"path,label,usage\na,x,train\nb,x,public\n", ""},
      {R"([{"path":"a","label":"x","usage":"train"},{"path":"b","label":"x"}])", ""},
  };
  for (const auto& test : kCases) EXPECT_EQ(WarningsOf(test.text), test.warnings) << test.text;
}

TEST(SampleListTest, MakesNumbersWhole) {
  EXPECT_EQ(Read("path,label\na,1.0\nb,10.00\n"), (Names{"a 1", "b 10"}));
  EXPECT_EQ(Read("path,label\na,1.0\nb,1.5\n"), (Names{"a 1.0", "b 1.5"}));
  EXPECT_EQ(Read("path,label\na,1.0\nb,x\n"), (Names{"a 1.0", "b x"}));
  EXPECT_NE(NotesOf("path,label\na,1.0\n").find("|labels such as 1.0 are read as whole numbers"), std::string::npos);
}

TEST(SampleListTest, WarnsOfLabelsThatAreProbablyWrong) {
  EXPECT_EQ(WarningsOf("path,label\na,x\nb,nan\nc,nan\n"),
            "|label \"nan\" (2 samples, the first in line 3) is a class here; is it a missing value?");
  for (const char* label : {"NaN", "None", "NULL", "n/a", "NA", "#N/A", "?"}) {
    EXPECT_EQ(WarningsOf("path,label\na,x\nb, " + std::string(label) + "\n"),
              "|label \"" + std::string(label) +
                  "\" (1 sample, the first in line 3) is a class here; is it a missing value?");
  }
  EXPECT_EQ(WarningsOf("path,label\na,x\nb,unknown\nc,Nancy\n"), "");
  EXPECT_EQ(WarningsOf("path,label\na,cat dog\nb,cat\nc,dog\n"),
            "|1 label made of other labels, the first \"cat dog\" in line 2: a picture has one class here, so it is a "
            "class of its own");
  EXPECT_EQ(WarningsOf("path,label\na,new york\nb,york\n"), "");
}

TEST(SampleListTest, RefusesBadCsv) {
  const std::string commas = " (the table is read as separated by commas)";
  const struct {
    std::string text, cause;
  } kCases[] = {
      {"", "is empty; each line must have a path and a label"},
      {"# nothing but this\n\n", "is empty; each line must have a path and a label"},
      {"path,label\n", "lists no samples"},
      {"path,label\na\n", "line 2: 1 field instead of 2" + commas},
      {"a,b,c\n",
       "line 1: 3 fields instead of 2, a path and a label; `columns` names all columns of a list without a "
       "header, in order"},
      {"path,label\na,x\nb,y,z\n",
       "line 3: 3 fields instead of 2; a field that has the delimiter in it must be in quotes" + commas},
      {"path,label\n,x\n", "line 2: the path is empty; write it, or remove the row"},
      {"path,label\na,\n", "line 2: the label is empty; write the class, or remove the row"},
      {"path,label\na,\"x\ty\"\n", "line 2: label \"x\\x09y\" has a control character"},
      {"path,label,split\na,x,later\n",
       "line 2: split \"later\" is none of train, val, test; correct it, or rename the "
       "column if it is no split"},
      {"path,label\na,\"x\n", "line 2: a quote is not closed; close it where the field ends, or take it away"},
      {"path,label,patient,label\na,x,p,y\n", "line 1: column \"label\" comes twice; rename the one that is not meant"},
      {"Path,label,path\na,x,b\n", "line 1: column \"path\" comes twice; rename the one that is not meant"},
      {"image,cat,dog\na,0,1\n",
       "line 1: no column is known to hold the labels; `columns` names those of path and "
       "label, of image, cat, dog (columns of 0 and 1, one for each class, must first become "
       "one column of class names)"},
      {"path,split\na,train\n",
       "line 1: no column is known to hold the labels; `columns` names those of path and label, "
       "of path, split (columns of 0 and 1, one for each class, must first become one column "
       "of class names)"},
      {"bild,label\na,x\n",
       "line 1: no column is known to hold the paths; `columns` names those of path and label, of bild, label"},
      {"dog,img/1.jpg\n",
       "line 1: the second field, \"img/1.jpg\", looks like the path; `columns` label,path reads such "
       "a list"},
      {"path,label\na,x\npath,label\nb,y\n", "line 3: the header comes again; remove this line"},
  };
  for (const auto& test : kCases) EXPECT_EQ(ErrorOf(test.text), "list: " + test.cause) << test.text;
  EXPECT_NE(ErrorOf("path,label\n\xff,x\n").find("line 2: byte \\xff is not UTF-8"), std::string::npos);
  SampleListOptions options;
  options.extra_column = "patient";
  EXPECT_EQ(ErrorOf("path,label\na,x\n", options), "list: has no column \"patient\"");
  EXPECT_EQ(ErrorOf("path,label,patient,patient\na,x,1,2\n", options),
            "list: line 1: column \"patient\" comes twice; rename the one that is not meant");
  EXPECT_EQ(ErrorOf("file,label\na,x\n", Columns(Names{"file", "labl"})),
            "list: line 1: has no column labl of `columns`; its columns are file, label");
  EXPECT_EQ(ErrorOf("Path,label\na,x\n", Columns(Names{"Path", "path"})),
            "list: line 1: one column cannot hold both the path and the label");
  EXPECT_EQ(ErrorOf("1.jpg,x,y\n", Columns(Names{"path", "label"})),
            "list: line 1: 3 fields instead of 2; `columns` must name all columns of a list without a header");
  for (const Names& names : {Names{}, {"path"}, {"path", ""}, {"path", "path"}}) {
    EXPECT_NE(ErrorOf("a,b\n", Columns(names)).find("`columns` must name"), std::string::npos);
  }
}

TEST(SampleListTest, RefusesAQuoteThatTakesInRows) {
  const struct {
    const char* text;
    const char* cause;  // before the cure
  } kCases[] = {
      {"path,label\n\"a.jpg,cat\nb.jpg,dog\nc.jpg\",owl\n", "line 2: the path has a line break: @ 4"},
      {"path,label\na.jpg,\"cat\nb.jpg,dog\"\nc.jpg,owl\n", "line 2: the label has a line break: @ 3"},
      {"path,label\nz.jpg,cat\n\"a.jpg,cat\r\nb.jpg,dog\"\n", "line 3: 1 field instead of 2: @ 4"},
      {"path,label\r\"a\rb.jpg\",dog\r", "line 2: the path has a line break: @ 3"},
      {"\"a.jpg;cat\nb.jpg\";dog\n", "line 1: the path has a line break: @ 2"},
      {"path,label,note\na.jpg,cat,\"nice\nb.jpg,dog,\"\"\nc.jpg,dog,bad\"\nd.jpg,owl,\n",
       "line 2: a field holds whole rows: @ 4"},
      {"note,label,path\n\"nice,cat,a.jpg\nbad\",dog,b.jpg\n", "line 2: a field holds whole rows: @ 3"},
      {"path,label,note\n0a1,cat,\"two\nlines\"\n0b1,dog,\"x\n0c1,cat,y\"\n0d1,dog,z\n",
       "line 4: a field holds whole rows: @ 5"},
      {"path,label,split\na.jpg,cat,\"train\nb.jpg,dog,val\"\n", "line 2: a field holds whole rows: @ 3"},
      {"path,label,\"note\na.jpg,cat,x\"\nb.jpg,dog,y\n", "line 1: a field holds whole rows: @ 2"},
  };
  for (const auto& test : kCases) {
    std::string cause = std::string("list: ") + test.cause;
    cause.replace(cause.find('@'), 1, "a quote opens here and closes in line");
    EXPECT_EQ(ErrorOf(test.text), cause + "; close it where the field ends, or take it away") << test.text;
  }
  // Texts of several lines, of as many commas as a row has or not.
  EXPECT_EQ(Read("path,label,note\na.jpg,cat,\"nice\none, really, nice\"\nb.jpg,dog,\"x\ny\"\n"),
            (Names{"a.jpg cat", "b.jpg dog"}));
  EXPECT_EQ(Read("id,label,note\n0a,cat,\"nice\none, really, nice\"\n"), Names{"0a cat"});
  EXPECT_EQ(ErrorOf(R"([{"path": "a\nb", "label": "x"}])"),
            "list: element 0: path \"a\\x0ab\" has a line break; correct it, or rename the file");
}

TEST(SampleListTest, ReadsJsonLines) {
  const Names expected = {"1.jpg cat", "2.jpg 7"};
  const std::string first = R"({"image_id": "1.jpg", "label": "cat"})";
  const std::string second = R"({"image_id": "2.jpg", "label": 7})";
  EXPECT_EQ(Read(first + "\n" + second + "\n"), expected);
  EXPECT_EQ(Read("\xef\xbb\xbf\n" + first + "\r\n\r\n" + second), expected);
  EXPECT_EQ(Read(first), Names{"1.jpg cat"});
  EXPECT_EQ(Read(R"({"file_name": "1.jpg", "text": "cat"})"), Names{"1.jpg cat"});
  EXPECT_NE(NotesOf(first + "\n" + second).find("|read as JSON Lines, 2 samples; "), std::string::npos);
  EXPECT_EQ(ErrorOf(first + "\n\n[]\n"), "list: line 3: it is no object");
  EXPECT_EQ(ErrorOf(first + "\n{\"image_id\": \"2.jpg\"}\n"), "list: line 2: \"label\" is missing or no text");
  EXPECT_EQ(ErrorOf(first + "\n" + second + second + "\n").substr(0, 23), "list: line 2: is no JSO");
}

TEST(SampleListTest, RefusesBadJson) {
  for (const std::string text :
       {"[",
        "{",
        "[{]",
        "[1]",
        "[[]]",
        "[{}]",
        "{}",
        "[]",
        R"([{"image_id": "a"}])",
        R"([{"label": "x"}])",
        R"([{"image_id": "a", "label": null}])",
        R"([{"image_id": "a", "label": 1.5}])",
        R"([{"image_id": ["a"], "label": "x"}])",
        R"([{"image_id": "", "label": "x"}])",
        R"([{"image_id": "a", "label": ""}])",
        R"([{"image_id": "a", "label": "x\n"}])",
        R"([{"image_id": "a", "label": "x", "split": "later"}])",
        "[{\"image_id\": \"\xff\", \"label\": \"x\"}]",
        R"([{"image_id": "a", "label": "x", "label": "y"}])",
        R"({"a.jpg": "cat", "b.jpg": "dog"})",
        R"({"path": {"0": "a.jpg"}, "label": {"0": "cat"}})",
        R"([["a.jpg", "cat"]])",
        R"([{"image_id": "a", "label": "x"}, {"image_id": "b", "label": "x", "split": "train"}])",
        R"([{"image_id": "a", "label": "x", "split": "train"}, {"image_id": "b", "label": "x"}])",
        R"([{"image_id": "a", "label": "x", "split": "train"}, {"image_id": "b", "label": "x", "split": null}])",
        R"([{"image_id": "a", "label": "x"}, {"image_id": "b", "label": "x", "Split": "val", "split": "train"}])"}) {
    EXPECT_EQ(ErrorOf(text).substr(0, 6), "list: ") << text;
  }
  EXPECT_EQ(ErrorOf(R"([{"path": "a", "label": "x", "label": "y"}])"),
            "list: member \"label\" comes twice in one object; remove one");
  EXPECT_NE(ErrorOf(R"({"images": [{"path": "a", "label": "x"}]})").find("`json_key` names the member"),
            std::string::npos);
  EXPECT_EQ(ErrorOf(std::string(100000, '[')).substr(0, 6), "list: ");
  SampleListOptions options;
  options.json_key = "images";
  EXPECT_EQ(ErrorOf("{}", options), "list: has no member \"images\"");
  EXPECT_EQ(ErrorOf("[]", options), "list: has no member \"images\"");
  EXPECT_NE(ErrorOf("a,b\n", options).find("`json_key` is for a JSON list"), std::string::npos);
}

}  // namespace
}  // namespace dataset
