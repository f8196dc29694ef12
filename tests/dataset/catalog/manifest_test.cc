#include "dataset/catalog/manifest.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "dataset/base/error.h"
#include "dataset/catalog/split_info.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using Names = std::vector<std::string>;
using testing::TempDir;
using testing::WriteFile;

std::string ErrorOf(std::string_view csv, const std::optional<Names>& classes = std::nullopt) {
  try {
    ParseManifest(csv, "manifest.csv", classes);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

Names Paths(const Manifest& manifest) {
  Names paths;
  for (const ManifestEntry& entry : manifest.entries) paths.push_back(entry.path);
  return paths;
}

TEST(ManifestTest, ReadsRowsSortedByPath) {
  const Manifest manifest =
      ParseManifest("path,label,split\nb/2.jpg,c,train\nB/1.jpg,B,validation\na/1.jpg,a,test\n", "m");
  EXPECT_EQ(Paths(manifest), (Names{"B/1.jpg", "a/1.jpg", "b/2.jpg"}));
  EXPECT_EQ(manifest.classes, (Names{"B", "a", "c"}));
  EXPECT_EQ(manifest.entries[0].split, Split::kVal);
  EXPECT_EQ(manifest.entries[1].split, Split::kTest);
  EXPECT_EQ(manifest.entries[2].split, Split::kTrain);
  EXPECT_EQ(manifest.Labels()[2], 2u);
  EXPECT_EQ(manifest.Labels(), (std::vector<uint32_t>{0, 1, 2}));
}

TEST(ManifestTest, ReadsOptionalColumnsInAnyOrder) {
  const std::string sha(64, 'a');
  const Manifest manifest =
      ParseManifest("height,split,width,path,fold,label,sha256,group\r\n480,train,640,a.jpg,3,cat," + sha +
                        ",session 1\r\n,test,,b.jpg,,dog,,\r\n",
                    "m");
  ASSERT_EQ(manifest.entries.size(), 2u);
  const ManifestEntry& full = manifest.entries[0];
  EXPECT_EQ(full.label, "cat");
  EXPECT_EQ(full.group, "session 1");
  EXPECT_EQ(full.fold, 3u);
  EXPECT_EQ(full.sha256, sha);
  EXPECT_EQ(full.width, 640u);
  EXPECT_EQ(full.height, 480u);
  const ManifestEntry& bare = manifest.entries[1];
  EXPECT_EQ(bare.fold, std::nullopt);
  EXPECT_EQ(bare.group + bare.sha256, "");
  EXPECT_EQ(bare.width + bare.height, 0u);
}

TEST(ManifestTest, WritesCanonicalText) {
  Manifest manifest;
  manifest.entries.resize(2);
  manifest.entries[0].path = "a/say \"x\",y.jpg";
  manifest.entries[0].label = "a";
  manifest.entries[1].path = "b/1.jpg";
  manifest.entries[1].label = "b";
  manifest.entries[1].split = Split::kVal;
  EXPECT_EQ(FormatManifest(manifest), "path,label,split\n\"a/say \"\"x\"\",y.jpg\",a,train\nb/1.jpg,b,val\n");
  manifest.entries[1].fold = 0;
  manifest.entries[0].width = 7;
  EXPECT_EQ(FormatManifest(manifest),
            "path,label,split,fold,width\n\"a/say \"\"x\"\",y.jpg\",a,train,,7\nb/1.jpg,b,val,0,\n");
}

TEST(ManifestTest, TextRoundTrips) {
  const std::string csv = "path,label,split,group,fold,sha256,width,height\n\"a\n1.jpg\",a,train,g,0," +
                          std::string(64, '0') +
                          ",1,2\n"
                          "b\\..jpg,ü,val,,,,,\n...,ü,val,h,4294967295,,,\n";
  const std::string sorted = FormatManifest(ParseManifest(csv, "m"));
  EXPECT_EQ(FormatManifest(ParseManifest(sorted, "m")), sorted);
  EXPECT_EQ(Paths(ParseManifest(sorted, "m")), (Names{"...", "a\n1.jpg", "b\\..jpg"}));
}

TEST(ManifestTest, RepeatIsOneUnlessGiven) {
  const std::string csv = "path,label,split,repeat\na,x,train,3\nb,x,train,\nc,x,val,1\n";
  const Manifest manifest = ParseManifest(csv, "m");
  EXPECT_EQ(manifest.entries[0].repeat, 3u);
  EXPECT_EQ(manifest.entries[1].repeat, 1u);
  EXPECT_EQ(FormatManifest(manifest), "path,label,split,repeat\na,x,train,3\nb,x,train,\nc,x,val,\n");
}

// What spreadsheets and pandas make of a manifest, and people who edit it.
TEST(ManifestTest, ReadsManifestsThatOthersSaved) {
  const std::string plain = "path,label,split,fold\n\"a,1.jpg\",cat,train,2\nb.jpg,dog,val,\n";
  const std::string saved[] = {
      "\xef\xbb\xbfpath;label;split;fold\r\na,1.jpg;cat;train;2\r\nb.jpg;dog;val;\r\n",
      "Path\tLabel\tSplit\tFold\na,1.jpg\tcat\tTRAIN\t2\nb.jpg\tdog\tvalidation\t\n",
      "sep=;\npath;label;split;fold\n\"a,1.jpg\";cat;train;2\nb.jpg;dog;val;\n;;;\n\n",
      "path,label,split,fold,,\r\"a,1.jpg\",cat,train,2,,\rb.jpg,dog,val,,,\r",
      ",path,label,split,fold\n0,\"a,1.jpg\",cat,train,2.0\n1,b.jpg,dog,val,\n",
      "Unnamed: 0,path,label,split,fold\n0,\"a,1.jpg\",cat,train,2.0\n1,b.jpg,dog,val,\n",
      "# by hand\npath,label,split,fold\n\"a,1.jpg\" ,cat, train, 2\n# the last\nb.jpg,dog, val,\n",
  };
  for (const std::string& text : saved) EXPECT_EQ(FormatManifest(ParseManifest(text, "m")), plain) << text;
  // Rows that only look like comments.
  EXPECT_EQ(Paths(ParseManifest("path,label,split\n# 1.jpg,\"x, y\",train\n#2.jpg,x,train\n", "m")),
            (Names{"# 1.jpg", "#2.jpg"}));
}

TEST(ManifestTest, RefusesTextInAColumnWithoutAName) {
  EXPECT_EQ(ErrorOf(",path,label,split\n0,a,x,train\nnote,b,x,train\n"),
            "manifest.csv: line 3: \"note\" is in a column without a name; name the column, or remove it");
}

TEST(ManifestTest, RefusesLabelsThatLookAlikeUnlessClassesAreGiven) {
  const struct {
    std::string one, other, how;
  } kCases[] = {
      {"Cat", "cat", "differ at most in case, blanks, invisible characters or the way accents are encoded"},
      {" cat", "cat", "differ at most in case, blanks, invisible characters or the way accents are encoded"},
      {"cafe\xcc\x81", "caf\xc3\xa9",
       "differ at most in case, blanks, invisible characters or the way accents are encoded"},
      {"01", "1", "are the same number"},
      {"1", "1.0", "are the same number"},
  };
  for (const auto& test : kCases) {
    const std::string csv = "path,label,split\nz,dog,train\na," + test.one + ",train\nb," + test.other + ",train\n";
    EXPECT_EQ(ErrorOf(csv), "manifest.csv: line 4: classes \"" + test.one + "\" (a) and \"" + test.other + "\" (b) " +
                                test.how + "; join them or rename one, or name both in a classes.txt");
    EXPECT_EQ(ErrorOf(csv, Names{test.one, "dog", test.other}), "");
  }
}

TEST(ManifestTest, LabelsThatAreWholeNumbersAreInNumberOrder) {
  const auto classes = [](const Names& labels) {
    std::string csv = "path,label,split\n";
    for (const std::string& label : labels) csv += "p" + label + "," + label + ",train\n";
    return ParseManifest(csv, "m").classes;
  };
  EXPECT_EQ(classes({"10", "2", "1"}), (Names{"1", "2", "10"}));
  EXPECT_EQ(classes({"10", "-2", "0", "9.0"}), (Names{"-2", "0", "9.0", "10"}));
  EXPECT_EQ(classes({"10", "2", "cat"}), (Names{"10", "2", "cat"}));
  EXPECT_EQ(ParseManifest("path,label,split\na,2,train\nb,10,train\n", "m", Names{"10", "2"}).classes,
            (Names{"10", "2"}));
}

TEST(ManifestTest, RefusesBadHeaders) {
  EXPECT_EQ(ErrorOf(""), "manifest.csv: is empty; the first line must be path,label,split");
  EXPECT_EQ(ErrorOf("path,label\n"), "manifest.csv: line 1: column split is missing");
  EXPECT_EQ(ErrorOf("a.jpg,cat,train\n"), "manifest.csv: line 1: unknown column \"a.jpg\"; remove it");
  EXPECT_EQ(ErrorOf("path,label,split,colour\n"), "manifest.csv: line 1: unknown column \"colour\"; remove it");
  EXPECT_EQ(ErrorOf("path,label,split,path\n"), "manifest.csv: line 1: column path comes twice");
}

TEST(ManifestTest, RefusesPathsThatLeaveTheRoot) {
  for (const std::string path :
       {"", "/etc/passwd", "..", "../a", "a/../b", "a/..", ".", "./a", "a/./b", "a//b", "a/", "//a"}) {
    EXPECT_EQ(
        ErrorOf("path,label,split\nok.jpg,a,train\n" + path + ",a,train\n"),
        "manifest.csv: line 3: path \"" + path + "\" is not a plain path under the raw root (no \"..\", not absolute)");
  }
  EXPECT_NE(ErrorOf(std::string("path,label,split\na\0b,a,train\n", 29)), "");
}

TEST(ManifestTest, RefusesBadRowsByLine) {
  const struct {
    std::string header, row, cause;
  } kCases[] = {
      {"", "a,b", "2 fields instead of 3 (the table is read as separated by commas)"},
      {"", "a,b,train,c",
       "4 fields instead of 3; a field that has the delimiter in it must be in quotes (the table is read as separated "
       "by "
       "commas)"},
      {"", "a,,train", "the label is empty"},
      {"", "a,\"x\ty\",train", "label \"x\\x09y\" has a control character"},
      {"", "a,b,later", "split \"later\" is none of train, val, test"},
      {"", "a,b,", "split \"\" is none of train, val, test"},
      {",fold", "a,b,train,-1", "fold \"-1\" is no number from 0"},
      {",fold", "a,b,train,1.5", "fold \"1.5\" is no number from 0"},
      {",fold", "a,b,train,4294967296", "fold \"4294967296\" is no number from 0"},
      {",fold", "a,b,test,1", "fold 1 is for train and val, not for test"},
      {",width", "a,b,train,0", "width \"0\" is no number from 1"},
      {",height", "a,b,train,12px", "height \"12px\" is no number from 1"},
      {",repeat", "a,b,train,0", "repeat \"0\" is no number from 1"},
      {",repeat", "a,b,val,2", "repeat 2 is for train only"},
      {",repeat", "a,b,test,2", "repeat 2 is for train only"},
      {",sha256", "a,b,train,abc", "sha256 \"abc\" is not 64 lower-case hex digits; mend it, or remove the column"},
      {",sha256", "a,b,train," + std::string(64, 'A'),
       "sha256 \"" + std::string(64, 'A') + "\" is not 64 lower-case hex digits; mend it, or remove the column"},
      {",sha256", "a,b,train,1.23457E+63",
       "sha256 \"1.23457E+63\" is not 64 lower-case hex digits; mend it, or remove the column"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(ErrorOf("path,label,split" + test.header + "\n" + test.row + "\n"),
              "manifest.csv: line 2: " + test.cause);
  }
}

TEST(ManifestTest, RefusesAQuoteThatTakesInRows) {
  const struct {
    std::string rows, cause;
  } kCases[] = {
      {"\"a,x,train,g\nb\",x,val,h\n", "a field holds whole rows: @ 3"},
      {"a,\"x,train,g\nb,y\",val,h\n", "the label has a line break: @ 3"},
      {"a,\"x\ny\",train,\n", "the label has a line break: @ 3"},
      {"a,x,\"train,g\nb,x,val\",h\n", "a field holds whole rows: @ 3"},
      {"a,x,train,\"g\nb,x,val,h\nc,x,test,i\"\n", "a field holds whole rows: @ 4"},
  };
  for (const auto& test : kCases) {
    std::string cause = "manifest.csv: line 2: " + test.cause;
    cause.replace(cause.find('@'), 1, "a quote opens here and closes in line");
    EXPECT_EQ(ErrorOf("path,label,split,group\n" + test.rows),
              cause + "; close it where the field ends, or take it away");
  }
  // What dsplit writes for a file and a group with line ends in their names.
  EXPECT_EQ(Paths(ParseManifest("path,label,split,group\n\"a,b\n1.jpg\",x,train,\"g\nh, i\"\n", "m")),
            Names{"a,b\n1.jpg"});
}

TEST(ManifestTest, RefusesAGroupInTwoParts) {
  const struct {
    std::string rows, cause;
  } kCases[] = {
      {"a,x,train,g,\nb,x,test,g,\n", "group \"g\" is in test, but in train in line 2"},
      {"a,x,train,g,0\nb,x,train,g,1\n", "group \"g\" is in fold 1, but in fold 0 in line 2"},
      {"a,x,train,g,0\nb,x,train,g,\n", "group \"g\" is in train, but in fold 0 in line 2"},
      {"a,x,val,g,\nb,x,train,g ,\n", "group \"g\" is in train, but in val in line 2"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(ErrorOf("path,label,split,group,fold\n" + test.rows), "manifest.csv: line 3: " + test.cause);
  }
  EXPECT_EQ(ErrorOf("path,label,split,group,fold\na,x,train,g,2\nb,x,train,g,2\nc,x,val,h,0\n"), "");
}

TEST(ManifestTest, RefusesARepeatedPath) {
  EXPECT_EQ(ErrorOf("path,label,split\nb,x,train\na,x,train\nb,x,test\n"),
            "manifest.csv: line 4: path \"b\" was there already in line 2");
}

TEST(ManifestTest, RefusesAGroupInTwoSplits) {
  EXPECT_EQ(ErrorOf("path,label,split,group\na,x,train,p1\nb,x,train,p1\nc,x,val,p1\n"),
            "manifest.csv: line 4: group \"p1\" is in val, but in train in line 2");
  EXPECT_EQ(ErrorOf("path,label,split,group\na,x,train,\nb,x,val,\n"), "");
}

TEST(ManifestTest, GivenClassesOrderTheLabels) {
  const std::string csv = "path,label,split\na,cat,train\nb,dog,train\n";
  const Manifest manifest = ParseManifest(csv, "m", Names{"dog", "emu", "cat"});
  EXPECT_EQ(manifest.classes, (Names{"dog", "emu", "cat"}));
  EXPECT_EQ(manifest.Labels(), (std::vector<uint32_t>{2, 0}));
  EXPECT_EQ(
      ErrorOf(csv, Names{"cat"}),
      "manifest.csv: line 3: label \"dog\" is not in classes.txt; add it there, or undo what a spreadsheet made of it");
  EXPECT_EQ(ParseManifest("path,label,split\na, cat ,train\n", "m", Names{"cat"}).entries[0].label, "cat");
  EXPECT_EQ(ParseManifest("path,label,split\na,cat ,train\n", "m", Names{"cat", "cat "}).entries[0].label, "cat ");
}

TEST(ManifestTest, LoadsClassesBesideIt) {
  TempDir dir;
  WriteFile(dir / "manifest.csv", "path,label,split\na,cat,train\nb,dog,train\n");
  EXPECT_EQ(LoadManifest(dir / "manifest.csv").classes, (Names{"cat", "dog"}));
  WriteFile(dir / "classes.txt", "dog\ncat\n");
  EXPECT_EQ(LoadManifest(dir / "manifest.csv").classes, (Names{"dog", "cat"}));
  EXPECT_THROW(LoadManifest(dir / "other.csv"), Error);
}

// A manifest of an older dsplit has a classes.txt. If it was lost, split.json has the order too.
TEST(ManifestTest, LoadsTheClassesOfASplit) {
  TempDir dir;
  WriteFile(dir / "manifest.csv", "path,label,split\na,10,train\nb,2,train\n");
  EXPECT_EQ(LoadManifest(dir / "manifest.csv").classes, (Names{"2", "10"}));
  SplitInfo info;
  info.root = "/photos";
  info.classes = {"10", "2"};
  WriteFile(dir / "split.json", FormatSplitInfo(info));
  EXPECT_EQ(LoadManifest(dir / "manifest.csv").classes, (Names{"10", "2"}));
  WriteFile(dir / "classes.txt", "2\n10\n3\n");
  EXPECT_EQ(LoadManifest(dir / "manifest.csv").classes, (Names{"2", "10", "3"}));
  std::filesystem::remove(dir / "classes.txt");
  for (const char* others : {"{\"train\": []}", "{", ""}) {
    WriteFile(dir / "split.json", others);
    EXPECT_EQ(LoadManifest(dir / "manifest.csv").classes, (Names{"2", "10"}));
  }
  info.classes = {"2"};
  WriteFile(dir / "split.json", FormatSplitInfo(info));
  try {
    LoadManifest(dir / "manifest.csv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), (dir / "manifest.csv").string() +
                                             ": line 2: label \"10\" is not in split.json; write a classes.txt that "
                                             "names all, or undo what a spreadsheet made of it");
  }
}

TEST(ManifestTest, ClassesRoundTrip) {
  EXPECT_EQ(ParseClasses("b\na a\nü\n", "c"), (Names{"b", "a a", "ü"}));
  EXPECT_EQ(ParseClasses("b\r\na", "c"), (Names{"b", "a"}));
  EXPECT_EQ(ParseClasses("\xef\xbb\xbf"
                         "b\n",
                         "c"),
            Names{"b"});
  EXPECT_EQ(ParseClasses(std::string_view("\xff\xfe"
                                          "b\0\n\0",
                                          6),
                         "c"),
            Names{"b"});
  EXPECT_EQ(FormatClasses({"b", "a a"}), "b\na a\n");
}

TEST(ManifestTest, RefusesBadClasses) {
  const auto error_of = [](std::string_view text) -> std::string {
    try {
      ParseClasses(text, "classes.txt");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(error_of(""), "classes.txt: names no class");
  EXPECT_EQ(error_of("a\n\nb\n"), "classes.txt: line 2: the class name is empty");
  EXPECT_EQ(error_of("a\nb\na\n"), "classes.txt: line 3: class \"a\" was there already in line 1");
  EXPECT_EQ(error_of("a\tb\n"), "classes.txt: line 1: class \"a\\x09b\" has a control character");
  EXPECT_NE(error_of("a\ncaf\xe9\n").find("classes.txt: line 2: byte \\xe9 is not UTF-8"), std::string::npos);
}

}  // namespace
}  // namespace dataset
