#include "train/run/class_match.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"

namespace train {
namespace {

using Names = std::vector<std::string>;

const Names kModel = {"ant", "bee", "cat"};

struct Given {
  Names classes;
  std::vector<uint32_t> records;
  ClassRenames renames = {};
};

ClassMatch Match(const Given& given) {
  dataset::DatasetInfo data;
  data.classes = given.classes;
  dataset::DatasetSplit split;
  split.records_per_class = given.records;
  return MatchClasses(data, split, kModel, given.renames, "other.ds");
}

TEST(ClassMatchTest, ClassesAreMatchedByName) {
  struct Case {
    Given given;
    std::vector<uint32_t> labels;
    Names absent;
  };
  for (const Case& one :
       std::vector<Case>{{{{"ant", "bee", "cat"}, {1, 1, 1}}, {0, 1, 2}, {}},
                         {{{"cat", "ant", "bee"}, {1, 1, 1}}, {2, 0, 1}, {}},
                         {{{"cat"}, {4}}, {2}, {"ant", "bee"}},
                         {{{"bee", "cat"}, {1, 0}}, {1, 0}, {"ant", "cat"}},
                         {{{"ant", "dog"}, {1, 0}}, {0, 0}, {"bee", "cat"}},  // no picture of dog
                         {{{"0", "1"}, {1, 1}, {{"0", "cat"}, {"1", "ant"}}}, {2, 0}, {"bee"}},
                         {{{"tabby", "cat"}, {1, 1}, {{"tabby", "cat"}}}, {2, 2}, {"ant", "bee"}},
                         {{{"bee", "ant"}, {1, 1}, {{"bee", "ant"}, {"ant", "bee"}}}, {0, 1}, {"cat"}}}) {
    const ClassMatch match = Match(one.given);
    EXPECT_EQ(match.class_of_label, one.labels);
    EXPECT_EQ(match.absent, one.absent);
  }
}

TEST(ClassMatchTest, RenamesThatChangeNothingAreNotApplied) {
  EXPECT_EQ(Match({{"tabby", "tom", "ant"}, {1, 0, 1}, {{"tabby", "cat"}, {"tom", "cat"}, {"ant", "ant"}}}).renames,
            (ClassRenames{{"tabby", "cat"}}));
  EXPECT_EQ(Match({{"ant", "bee"}, {1, 1}}).renames, ClassRenames());
}

TEST(ClassMatchTest, WhatDoesNotFitIsNamed) {
  for (const auto& [given, cause] : std::vector<std::pair<Given, std::string>>{
           {{{"ant", "dog"}, {1, 1}}, "does not know: dog; it has no pictures of bee, cat; a file of renames, `map`"},
           {{{"ant", "bee", "cat", "dog"}, {1, 1, 1, 1}}, "does not know: dog; a file of renames"},
           {{{"0", "1", "2", "3", "4", "5", "6"}, {1, 1, 1, 1, 1, 1, 1}}, "does not know: 0, 1, 2, 3, 4 and 2 more; "},
           {{{"Ant"}, {1}}, "does not know: Ant; it has no pictures of ant, bee, cat"},
           {{{"ant"}, {1}, {{"tabby", "cat"}}}, "`map` renames tabby, which is none of its classes: ant"},
           {{{"tabby"}, {1}, {{"tabby", "cats"}}},
            "`map` renames tabby to cats, which is none of the run's classes: ant"},
       }) {
    try {
      Match(given);
      ADD_FAILURE() << cause;
    } catch (const dataset::Error& error) {
      const std::string what = error.what();
      EXPECT_EQ(what.find("other.ds: "), 0u) << what;
      EXPECT_NE(what.find(cause), what.npos) << what;
    }
  }
}

TEST(ClassRenamesTest, RowsAreRead) {
  const ClassRenames expected = {{"a,b", "c"}, {"tabby", "cat"}};
  for (const char* text : {"\"a,b\",c\ntabby,cat\n", "tabby,cat\r\n\r\n\"a,b\",c", "\ntabby,cat\n\n\"a,b\",c\n\n"}) {
    EXPECT_EQ(ParseClassRenames(text, "m.csv"), expected) << text;
  }
}

TEST(ClassRenamesTest, WrongRowsAreNamed) {
  for (const auto& [text, cause] :
       std::vector<std::pair<std::string, std::string>>{{"", "m.csv: renames no class"},
                                                        {"\n\n", "m.csv: renames no class"},
                                                        {"a", "m.csv: line 1: must be a class of the dataset, a comma"},
                                                        {"a,b\nc,d,e\n", "m.csv: line 2: must be"},
                                                        {"a,\n", "m.csv: line 1: must be"},
                                                        {",b\n", "m.csv: line 1: must be"},
                                                        {"a;b\n", "m.csv: line 1: must be"},
                                                        {"a,b\na,c\n", "m.csv: line 2: a was there already"},
                                                        {"a,\xff\n", "m.csv: "},
                                                        {"a,\"b\n", "m.csv: line 1: "}}) {
    try {
      ParseClassRenames(text, "m.csv");
      ADD_FAILURE() << text;
    } catch (const dataset::Error& error) {
      EXPECT_NE(std::string(error.what()).find(cause), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace train
