#include "dataset/base/enum_names.h"

#include <gtest/gtest.h>

namespace other {

enum class Colour { kRed, kGreen, kBlue };
constexpr auto EnumNames(Colour) {
  return dataset::NameTable<Colour, 3>{{{Colour::kRed, "red"}, {Colour::kBlue, "blue"}, {Colour::kGreen, "green"}}};
}

}  // namespace other

namespace dataset {
namespace {

using other::Colour;

static_assert(NameOf(Colour::kBlue) == "blue");
static_assert(ParseName<Colour>("green") == Colour::kGreen);

TEST(EnumNamesTest, EachValueHasItsName) {
  for (const Colour colour : {Colour::kRed, Colour::kGreen, Colour::kBlue}) {
    EXPECT_EQ(ParseName<Colour>(NameOf(colour)), colour);
  }
}

TEST(EnumNamesTest, NamesAreExact) {
  for (const char* name : {"", "Red", "red ", "re", "yellow"}) EXPECT_EQ(ParseName<Colour>(name), std::nullopt) << name;
}

TEST(EnumNamesTest, ListsAreInTheOrderOfTheTable) {
  EXPECT_EQ(Names<Colour>(), (std::vector<std::string>{"red", "blue", "green"}));
  EXPECT_EQ(Names<Colour>({Colour::kBlue}), (std::vector<std::string>{"red", "green"}));
  EXPECT_EQ(ListNames<Colour>(), "red, blue or green");
  EXPECT_EQ(ListNames<Colour>({Colour::kBlue}), "red or green");
  EXPECT_EQ(ListNames<Colour>({Colour::kBlue, Colour::kRed}), "green");
}

}  // namespace
}  // namespace dataset
