#include "dataset/inspect/safe_name.h"

#include <gtest/gtest.h>

#include "dataset/base/utf8.h"

namespace dataset {
namespace {

using namespace std::string_view_literals;

TEST(SafeNameTest, KeepsPlainNames) {
  for (const char* name : {"a", "img_0001", "tabby cat", "größe", "猫", "a.b.c", "-x", "CON"}) {
    EXPECT_EQ(SafeName(name), name);
  }
}

TEST(SafeNameTest, MakesHostileNamesHarmless) {
  const struct {
    std::string_view text;
    const char* name;
  } cases[] = {
      {"", "_"},
      {".", "_"},
      {"..", "_."},
      {"../../etc/passwd", "_._.._etc_passwd"},
      {"/etc/passwd", "_etc_passwd"},
      {"/", "_"},
      {"a/b", "a_b"},
      {"a\\b", "a_b"},
      {".bashrc", "_bashrc"},
      {"a\0b"sv, "a_x00b"},
      {"a\nb", "a_x0ab"},
      {"\x1b[2J", "_x1b[2J"},
      {"\xff\xfe", "_xff_xfe"},
      {"\xc0\xaf", "_xc0_xaf"},  // an overlong '/'
  };
  for (const auto& c : cases) EXPECT_EQ(SafeName(c.text), c.name);
}

TEST(SafeNameTest, CutsLongNamesBetweenCharacters) {
  EXPECT_EQ(SafeName(std::string(200, 'x')), std::string(200, 'x'));
  EXPECT_EQ(SafeName(std::string(100000, 'x')), std::string(200, 'x'));
  std::string cats;
  for (int i = 0; i < 100; ++i) cats += "猫";
  EXPECT_EQ(SafeName(cats), cats.substr(0, 198));
  EXPECT_TRUE(IsUtf8(SafeName("x" + cats)));
  EXPECT_EQ(SafeName("x" + cats).size(), 199u);
}

TEST(NameSetTest, NumbersWhatIsTaken) {
  NameSet names;
  EXPECT_EQ(names.Take("a", ".jpg"), "a.jpg");
  EXPECT_EQ(names.Take("a", ".jpg"), "a-2.jpg");
  EXPECT_EQ(names.Take("a-3", ".jpg"), "a-3.jpg");
  EXPECT_EQ(names.Take("a", ".jpg"), "a-4.jpg");
  EXPECT_EQ(names.Take("a", ".png"), "a.png");
  EXPECT_EQ(names.Take("a-2", ".jpg"), "a-2-2.jpg");
}

TEST(NameSetTest, ManyEqualNamesTakeLinearTime) {
  NameSet names;
  std::string last;
  for (int i = 0; i < 100000; ++i) last = names.Take("a", "");
  EXPECT_EQ(last, "a-100000");
}

}  // namespace
}  // namespace dataset
