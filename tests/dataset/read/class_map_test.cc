#include "dataset/read/class_map.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
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
