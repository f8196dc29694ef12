#include "dataset/read/class_map.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/catalog/manifest.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using Names = std::vector<std::string>;
using testing::WriteFile;

TEST(ClassMapTest, TakesNamesInLabelOrder) {
  EXPECT_EQ(ParseClassMap("tulip\nrose\n", 0, "f"), (Names{"tulip", "rose"}));
  EXPECT_EQ(ParseClassMap("tulip\r\nrose", 1, "f"), (Names{"tulip", "rose"}));
  EXPECT_EQ(ParseClassMap("0:tulip\nrose\n", 0, "f"), (Names{"0:tulip", "rose"})) << "not all lines have numbers";
  EXPECT_EQ(ParseClassMap("12\n13\n", 0, "f"), (Names{"12", "13"}));
}

TEST(ClassMapTest, TakesTfSlimsNumberedLines) {
  EXPECT_EQ(ParseClassMap("0:daisy\n1:dandelion\n2:roses\n", 0, "f"), (Names{"daisy", "dandelion", "roses"}));
  EXPECT_EQ(ParseClassMap("1:b\n0:a:c\n", 0, "f"), (Names{"a:c", "b"}));
  EXPECT_EQ(ParseClassMap("\xef\xbb\xbf"
                          "1:b\r\n0: a \r\n",
                          0, "f"),
            (Names{"a", "b"}));
  EXPECT_EQ(ParseClassMap("0:background\n1:tench\n2:goldfish\n", 1, "f"), (Names{"tench", "goldfish"}));
  EXPECT_EQ(ParseClassMap("0:crane\n1:heron\n2:crane\n", 0, "f"), (Names{"crane (0)", "heron", "crane (2)"}));
}

TEST(ClassMapTest, KnowsTheFormsOfNumberedClasses) {
  const char* const texts[] = {
      "0:cat\n1:big dog\n2:owl\n",
      "1,big dog\r\n0,cat\r\n2,owl",
      "0,\"cat\"\n1,\"big dog\"\n2,\"owl\"\n",
      "0;cat\n1;big dog\n2;owl\n",
      "0\tcat\n1\tbig dog\n2\towl\n",
      "cat,0\nbig dog,1\nowl,2\n",
      "cat ; 0\nbig dog ; 1\nowl ; 2\n",
      "cat\t0\nbig dog\t1\nowl\t2\n",
      "cat: 0\nbig dog: 1\nowl: 2\n",
      "0 cat\n1 big dog\n2  owl\n",
      "0. cat\n1. big dog\n2. owl\n",
      "  0: 'cat'\n  1: 'big dog'\n  2: 'owl'\n",
      "[\"cat\", \"big dog\", \"owl\"]",
      "\n[\n\"cat\",\n\"big dog\",\n\"owl\"\n]\n",
      "{\"2\": \"owl\", \"0\": \"cat\", \"1\": \"big dog\"}",
      "{\"cat\": 0, \"owl\": 2, \"big dog\": 1}",
      "item { id: 0 name: 'cat' }\nitem { id: 2 name: 'owl' }\nitem { id: 1 name: 'big dog' }\n",
      "# pets\n\nitem: {\n  name: \"cat\"\n  id: 0\n  keypoints { id: 7 label: 'ear' }\n}\nitem{id:1,name:\"big "
      "dog\"}\n"
      "item {\n  name: \"/m/0\"  # of a graph\n  id: 2\n  display_name: \"owl\"\n}\n",
  };
  for (const char* text : texts) EXPECT_EQ(ParseClassMap(text, 0, "f"), (Names{"cat", "big dog", "owl"})) << text;
  for (const char* text :
       {"1 cat\n2 dog\n", "0,none\n1,cat\n2,dog\n", "[\"cat\", \"dog\"]", "{\"1\": \"cat\", \"2\": \"dog\"}",
        "item { id: 1 name: 'cat' } item { id: 2 name: 'dog' }"}) {
    EXPECT_EQ(ParseClassMap(text, 1, "f"), (Names{"cat", "dog"})) << text;
  }
  EXPECT_EQ(ParseClassMap("0,tench, Tinca\n1,eel\n", 0, "f"), (Names{"tench, Tinca", "eel"}));
  EXPECT_EQ(ParseClassMap("[\"crane\", \"crane\"]", 0, "f"), (Names{"crane (0)", "crane (1)"}));
}

TEST(ClassMapTest, LeavesNamesThatOnlyLookNumbered) {
  const Names lists[] = {
      {"7 up", "cola"},
      {"7 up"},
      {"7 up", "8 ball"},
      {"1 euro", "2 euro"},
      {"1 euro", "2 euro", "5 euro"},
      {"2 doors", "4 wheels"},
      {"Boeing 737", "Boeing 747"},
      {"class 0", "class 1"},
      {"3.5 mm", "4.5 l"},
      {"John 3:16", "Luke 2:1"},
      {"cats, big", "dogs, big"},
      {"n01440764 tench", "n01443537 goldfish"},
      {"[background]", "cat"},
      {"items", "item"},
      {"item 1", "item 2"},
      {"- none", "cat"},
  };
  for (const Names& list : lists) EXPECT_EQ(ParseClassMap(FormatClasses(list), 0, "f"), list) << list[0];
}

TEST(ClassMapTest, RefusesWhatNumbersNoClasses) {
  const struct {
    const char* text;
    uint32_t base;
    const char* cause;
  } cases[] = {
      {"", 0, "names no class"},
      {"a\n\nb\n", 0, "line 2"},
      {"a\na\n", 0, "was there already"},
      {"0:a\n2:b\n", 0, "has no class 1"},
      {"1:a\n", 0, "has no class 0"},
      {"0:background\n2:b\n", 1, "has no class 1"},
      {"0:a\n0:b\n", 0, "line 2: the number 0 was there already"},
      {"0:a\n1:\n", 0, "line 2: the class name is empty"},
      {"0:a\n1:b\x01\n", 0, "control character"},
      {"0:\xff\n", 0, "is not UTF-8"},
      {"0:a\n4294967295:b\n", 0, "has no class 1"},
      {"0:background\n", 1, "names no class from 1 on"},
      {"# names\n1:dog\n0:cat\n", 0, "line 1: \"# names\" is not number:name, as other lines are"},
      {"0:cat\n1:dog\nowl\n", 0, "line 3: \"owl\" is not number:name"},
      {"1:cat\n2:dog\n", 0, "has no class 0; if labels count from 1, `label_base` 1 says so"},
      {"1 cat\n2 dog\n", 0, "has no class 0; if labels count from 1, `label_base` 1 says so"},
      {"0,cat\n2,dog\n", 0, "has no class 1"},
      {"cat,0\ndog,0\n", 0, "line 2: the number 0 was there already"},
      {"id,name\n0,cat\n1,dog\n", 0, "line 1: \"id,name\" is not number,name, as other lines are; write all as"},
      {"name,id\ncat,0\ndog,1\n", 0, "line 1: \"name,id\" is not name,number, as other lines are"},
      {"0 cat\n1 dog\nowl\n", 0, "line 3: \"owl\" is not number name, as other lines are"},
      {"0 cat\n1 dog\n2 owl\n\n", 0, "line 4: \"\" is not number name"},
      {"names:\n  0: cat\n  1: dog\n", 0, "line 1: \"names:\" is not number:name"},
      {"- cat\n- dog\n", 0, "looks like a list in YAML, which is not read; write one name a line"},
      {"names:\n- cat\n- dog\n", 0, "looks like a list in YAML"},
      {"{", 0, "looks like JSON, but is none: "},
      {"[\ncat\n]", 0, "looks like JSON, but is none: "},
      {"['cat', 'dog']", 0, "looks like JSON, but is none: "},
      {"{0: 'cat'}", 0, "looks like JSON, but is none: "},
      {"{\"0\": \"cat\",}", 0, "it must be a list of names, or an object of numbers and names"},
      {"{\"names\": [\"cat\"]}", 0, "member names: no number and name; it must be a list of names"},
      {"{\"0\": [\"n01\", \"cat\"]}", 0, "member 0: no number and name"},
      {"{\"a\": \"cat\"}", 0, "member a: no number and name"},
      {"{\"cat\": -1}", 0, "member cat: no number and name"},
      {"{\"cat\": 4294967296}", 0, "member cat: no number and name"},
      {"[\"cat\", 1]", 0, "element 1: no number and name"},
      {"[[\"cat\"]]", 0, "element 0: no number and name"},
      {"{\"0\": \"cat\", \"0\": \"dog\"}", 0, "member \"0\" comes twice; remove one"},
      {"{\"cat\": 0, \"dog\": 0}", 0, "member dog: the number 0 was there already"},
      {"{\"0\": \"\"}", 0, "member 0: the class name is empty"},
      {"[\"cat\", \" \"]", 0, "element 1: the class name is empty"},
      {"[\"a\\nb\"]", 0, "element 0: the class name has a control character"},
      {"[]", 0, "names no class from 0 on"},
      {"{}", 0, "names no class from 0 on"},
      {"item {", 0, "is no label map: line 1: "},
      {"item {\n  name: cat'\n}\n", 0, "is no label map: line 2: "},
      {"item {\n  name: 'cat'\n}\n", 0, "item 1: has no id; each needs one from 0"},
      {"item { id: -1 name: 'cat' }", 0, "item 1: has no id"},
      {"item { id: 0 }", 0, "item 1: the class name is empty"},
      {"item { id: 1 name: 'cat' }", 0, "has no class 0; if labels count from 1, `label_base` 1 says so"},
      {"item { id: 0 name: 'cat' } item { id: 0 name: 'dog' }", 0, "item 2: the number 0 was there already"},
  };
  for (const auto& c : cases) {
    try {
      ParseClassMap(c.text, c.base, "labels.txt");
      FAIL() << c.text;
    } catch (const Error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("labels.txt: ")) << error.what();
      EXPECT_NE(std::string(error.what()).find(c.cause), std::string::npos) << error.what();
    }
  }
}

TEST(ClassMapTest, DeepTextsAreNoDanger) {
  std::string map = "item { id: 0 name: 'cat' ";
  for (int i = 0; i < 100000; ++i) map += "k { ";
  EXPECT_THROW(ParseClassMap(map, 0, "f"), Error);
  EXPECT_THROW(ParseClassMap(std::string(100000, '['), 0, "f"), Error);
}

TEST(ClassMapTest, NamesWhatHasNoNameByItsLabel) {
  EXPECT_EQ(NameClasses(4, 1, {{0, "a"}, {2, ""}, {3, "a"}}), (Names{"a (1)", "2", "3", "a (4)"}));
  const Names made = NameClasses(3, 0, {{0, "1"}, {2, "1 (1)"}});
  EXPECT_EQ(made, (Names{"1", "1 (1)", "1 (1) (2)"})) << "names stay different";
}

TEST(ClassMapTest, IsFoundBesideTheFiles) {
  const testing::TempDir dir;
  EXPECT_EQ(FindClassMap(dir.path()), std::nullopt);
  WriteFile(dir / "labels.txt", "a\n");
  EXPECT_EQ(FindClassMap(dir.path()), dir / "labels.txt");
  WriteFile(dir / "classes.txt", "a\n");
  EXPECT_EQ(FindClassMap(dir.path()), dir / "classes.txt");
}

}  // namespace
}  // namespace dataset
