#include "dataset/split/class_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using Names = std::vector<std::string>;
using testing::TempDir;
using testing::WriteFile;

OrderedClasses Order(Names names, ClassOrder order = ClassOrder::kAuto) {
  SplitOptions options;
  options.class_order = order;
  std::reverse(names.begin(), names.end());
  return OrderClasses(names, options);
}

TEST(ClassOrderTest, WholeNumbersAreInNumberOrder) {
  for (const Names& names :
       {Names{"0", "1", "2", "9", "10", "11"}, Names{"1", "02", "10"}, Names{"-10", "-2", "0", "3"},
        Names{"0.0", "1.0", "2.0", "10.0"}, Names{"7"}, Names{"9", "18446744073709551615", "18446744073709551616"}}) {
    const OrderedClasses ordered = Order(names);
    EXPECT_EQ(ordered.names, names);
    EXPECT_NE(ordered.note, "");
  }
  const OrderedClasses ordered = Order({"1", "2", "10"});
  EXPECT_EQ(ordered.order, "natural");
  EXPECT_EQ(ordered.note,
            "all class names are whole numbers, so labels are in number order: class 1 has label 0, class 10 has label "
            "2 (`class_order`)");
  EXPECT_EQ(Order({"0", "1"}).order, "") << "the same as bytewise";
}

TEST(ClassOrderTest, OtherNamesAreInByteOrder) {
  for (const Names& names :
       {Names{"1", "10", "2", "cat"}, Names{"class1", "class10", "class2"}, Names{"1.5", "10", "2"},
        Names{"B", "a", "\xc3\xa9"}, Names{"1.", "10", "2"}, Names{"-", "0", "1"}, Names{}}) {
    const OrderedClasses ordered = Order(names);
    EXPECT_EQ(ordered.names, names);
    EXPECT_EQ(ordered.order, "");
    EXPECT_EQ(ordered.note, "");
  }
}

// As `ls -v` and natsort order them.
TEST(ClassOrderTest, NaturalOrderComparesNumbersInNames) {
  for (const Names& names :
       {Names{"class1", "class2", "class10"}, Names{"1", "2", "10", "cat"}, Names{"-2", "-1", "5"},
        Names{"a", "a1", "a1b", "a2", "b"}, Names{"v1.2", "v1.10", "v2.1"}, Names{"a01", "a1", "a001b"}}) {
    EXPECT_EQ(Order(names, ClassOrder::kNatural).names, names);
    EXPECT_EQ(Order(names, ClassOrder::kNatural).note, "");
  }
}

TEST(ClassOrderTest, BytewiseKeepsNumbersInByteOrder) {
  const OrderedClasses ordered = Order({"0", "1", "10", "2"}, ClassOrder::kBytewise);
  EXPECT_EQ(ordered.names, (Names{"0", "1", "10", "2"}));
  EXPECT_EQ(ordered.order, "");
  EXPECT_EQ(ordered.note, "");
}

TEST(ClassOrderTest, AFileGivesTheOrder) {
  TempDir dir;
  SplitOptions options;
  options.class_list = dir / "order.txt";
  const auto error_of = [&](const std::string& text) {
    WriteFile(dir / "order.txt", text);
    try {
      OrderClasses({"cat", "dog"}, options);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(error_of("dog\n").find("order.txt: does not name class \"cat\", which has images"), std::string::npos);
  EXPECT_NE(error_of("dog\ncat\nbird\n").find("names class \"bird\", which does not exist"), std::string::npos);
  EXPECT_NE(error_of("dog\ncat\ndog\n").find("line 3: class \"dog\" was there already in line 1"), std::string::npos);
  EXPECT_EQ(error_of("dog\ncat\n"), "");
  const OrderedClasses ordered = OrderClasses({"cat", "dog"}, options);
  EXPECT_EQ(ordered.names, (Names{"dog", "cat"}));
  EXPECT_EQ(ordered.order.size(), 64u);
}

}  // namespace
}  // namespace dataset
