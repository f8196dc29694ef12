#include "dataset/read/foreign_label.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/record/example.h"
#include "dataset/sample/sample_fields.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

Feature Integers(std::vector<int64_t> values) { return values; }
Feature Floats(std::vector<float> values) { return values; }
Feature Text(const std::string& text) { return std::vector<std::string>{text}; }

class ForeignLabelTest : public ::testing::Test {
 protected:
  // Returns the class number of a record with this label feature, or what is wrong with it.
  std::string Read(const Feature& label) {
    return Try(label,
               [&](const SampleFields& fields) { return std::to_string(ForeignLabel(fields, format_, classes_)); });
  }

  // As Read, but "none" for a record without a label.
  std::string Find(const Feature& label) {
    return Try(label, [&](const SampleFields& fields) {
      const std::optional<uint32_t> number = FindForeignLabel(fields, format_, classes_);
      return number ? std::to_string(*number) : "none";
    });
  }

  template <typename Call>
  std::string Try(const Feature& label, const Call& call) {
    Example example = {{"a", Integers({1})}};
    if (label.index() != 0) example["label"] = label;
    const std::string payload = SerializeExample(example);
    const SampleKeys keys(std::map<std::string, std::string>{{"label", "label"}});
    const Place place;
    try {
      return call(SampleFields(payload, keys, place));
    } catch (const Error& error) {
      return error.what();
    }
  }

  ForeignFormat format_;
  ForeignClasses classes_{3, {}};
};

TEST_F(ForeignLabelTest, ReadsTheWaysToWriteANumber) {
  const float most = 1 << 24;
  const struct {
    Feature label;
    const char* number;
  } cases[] = {
      {Integers({0}), "0"},
      {Integers({2}), "2"},
      {Floats({0.f}), "0"},
      {Floats({-0.f}), "0"},
      {Floats({2.f}), "2"},
      {Text("0"), "0"},
      {Text("02"), "2"},
      {Integers({1, 0, 0}), "0"},
      {Integers({0, 0, 1}), "2"},
      {Floats({0, 1, 0}), "1"},
      {Integers({0, 1}), "1"},
      {Floats({most}), "label 16777216 is not in 0 ... 2"},
      {Integers({0, 0, 0, 1}), "label 3 is not in 0 ... 2"},
      {Text("3"), "label 3 is not in 0 ... 2"},
  };
  for (const auto& c : cases) EXPECT_EQ(Read(c.label), c.number);
}

TEST_F(ForeignLabelTest, CountsFromTheBase) {
  for (const uint32_t base : {0u, 1u}) {
    format_.label_base = base;
    for (int64_t label = 0; label <= 4; ++label) {
      const bool good = label >= base && label < base + 3;
      EXPECT_EQ(Read(Integers({label})), good ? std::to_string(label - base)
                                              : "label " + std::to_string(label) + " is not in " +
                                                    std::to_string(base) + " ... " + std::to_string(base + 2));
    }
  }
  EXPECT_EQ(Read(Floats({3})), "2");
  EXPECT_EQ(Read(Integers({0, 0, 0, 1})), "2");
}

TEST_F(ForeignLabelTest, ReadsNames) {
  EXPECT_EQ(Read(Text("rose")), "label \"rose\" is text; `classes` FILE numbers the names");
  classes_ = NamedClasses({"daisy", "rose", "tulip"});
  EXPECT_EQ(Read(Text("rose")), "1");
  EXPECT_EQ(Read(Text("2")), "2") << "no class has such a name";
  EXPECT_EQ(Read(Text("oak")), "label \"oak\" is no class");
  EXPECT_EQ(Read(Integers({3})), "label 3 is not in 0 ... 2; if labels count from 1, `label_base` 1 says so");
  classes_ = NamedClasses({"10", "rose", "2"});
  EXPECT_EQ(Read(Text("10")), "0");
  EXPECT_EQ(Read(Text("2")), "2");
  EXPECT_EQ(Read(Text("1")), "label \"1\" is no class") << "digits are names";
}

TEST_F(ForeignLabelTest, NamesWhatItDoesNotRead) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const std::string whole = " is a float that is no whole number; a label must be the number of a class";
  const std::string several = " that are not one 1 among zeros; no option reads several or soft labels of a picture";
  const struct {
    Feature label;
    std::string cause;
  } cases[] = {
      {std::monostate{}, "lacks label, but has a; `keys` label=KEY names it"},
      {Integers({}), "label is empty"},
      {Text(""), "label is empty"},
      {Integers({-1}), "label -1 is not in 0 ... 2: -1 means that there is no label"},
      {Floats({-1.f}), "label -1 is not in 0 ... 2: -1 means that there is no label"},
      {Integers({-2}), "label -2 is not in 0 ... 2"},
      {Integers({std::numeric_limits<int64_t>::max()}), "label 9223372036854775807 is not in 0 ... 2"},
      {Integers({std::numeric_limits<int64_t>::min()}), "label -9223372036854775808 is not in 0 ... 2"},
      {Floats({0.5f}), "label 0.5" + whole},
      {Floats({nan}), "label nan" + whole},
      {Floats({-inf}), "label -inf" + whole},
      {Floats({1e9f}), "label 1e+09" + whole},
      {Integers({0, 0, 0}), "label has 3 integers" + several},
      {Integers({1, 1, 0}), "label has 3 integers" + several},
      {Integers({0, 2, 0}), "label has 3 integers" + several},
      {Integers({1, -1}), "label has 2 integers" + several},
      {Floats({0.2f, 0.8f}), "label has 2 floats" + several},
      {Floats({0, 1, nan}), "label has 3 floats" + several},
      {std::vector<std::string>{"a", "b"}, "label has 2 byte strings; no option reads several labels of a picture"},
      {Text(std::string("\1\0\0\0\0\0\0\0", 8)),
       "label \"\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\" is no text but the bytes of an integer; no option reads "
       "it, so write labels as integers"},
      {Text(testing::FromHex("0809 1200 520101")),
       "is no text but a serialised tensor (int64); no option reads it, so write labels as integers"},
      {Text("\xff\xfe\xfd"), "label \"\\xff\\xfe\\xfd\" is no text; no option reads it, so write labels as integers"},
  };
  for (const auto& c : cases) EXPECT_TRUE(Read(c.label).ends_with(c.cause)) << Read(c.label) << "\nnot " << c.cause;
}

// Several labels of a picture, such as {0, 1}, look like one-hot labels; their number tells.
TEST_F(ForeignLabelTest, OneHotLabelsAreOfOneLength) {
  const std::string several =
      " in the first record; a one-hot label has as many in all records, and no option reads several labels of a "
      "picture";
  const struct {
    size_t values;  // of the first record
    Feature label;
    std::string result;
  } cases[] = {
      {0, Integers({0, 1}), "1"},
      {3, Integers({0, 1, 0}), "1"},
      {3, Floats({0, 1, 0}), "1"},
      {1, Integers({2}), "2"},
      {1, Floats({2}), "2"},
      {3, Text("2"), "2"},
      {3, Integers({0, 1}), "label has 2 integers, but 3" + several},
      {3, Integers({0, 1, 0, 0}), "label has 4 integers, but 3" + several},
      {3, Floats({0, 1}), "label has 2 floats, but 3" + several},
      {3, Integers({1}), "label has 1 integer, but 3" + several},
      {1, Integers({0, 1}), "label has 2 integers, but 1" + several},
      {2, Floats({1}), "label has 1 float, but 2" + several},
  };
  for (const auto& c : cases) {
    format_.label_values = c.values;
    EXPECT_EQ(Read(c.label), c.result);
    EXPECT_EQ(Find(c.label), c.result);
  }
  EXPECT_EQ(Find(Integers({-1})), "none") << "whatever others have";
}

TEST_F(ForeignLabelTest, OneHotLabelsAreAsLongAsTheNamedClasses) {
  classes_ = NamedClasses({"daisy", "rose", "tulip"});
  format_.named = true;
  const std::string each = "; a one-hot label has one for each";
  EXPECT_EQ(Read(Integers({0, 1, 0})), "1");
  EXPECT_EQ(Read(Integers({1})), "1") << "no list";
  EXPECT_EQ(Read(Integers({0, 1})), "label has 2 integers with a single 1, but there are 3 classes" + each);
  EXPECT_EQ(Read(Floats({0, 1, 0, 0})), "label has 4 floats with a single 1, but there are 3 classes" + each);
  format_.label_base = 1;
  EXPECT_EQ(Read(Integers({0, 0, 1, 0})), "1");
  EXPECT_EQ(Read(Integers({0, 1, 0})),
            "label has 3 integers with a single 1, but there are 3 classes" + each + ", and 1 before them");
}

TEST_F(ForeignLabelTest, TellsRecordsThatHaveNone) {
  const Feature none[] = {std::monostate{}, Integers({}), Floats({}), Text(""), Integers({-1}), Floats({-1})};
  for (const Feature& label : none) EXPECT_EQ(Find(label), "none");
  EXPECT_EQ(Find(Integers({0})), "0");
  EXPECT_EQ(Find(Integers({0, 1})), "1");
  const Feature wrong[] = {Integers({-2}), Integers({3}), Integers({-1, -1}), Text("-1"), Floats({0.5})};
  for (const Feature& label : wrong) EXPECT_EQ(Find(label), Read(label));
}

}  // namespace
}  // namespace dataset
