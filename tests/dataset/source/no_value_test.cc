#include "dataset/source/no_value.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

TEST(NoValueTest, KnowsWhatProgramsWrite) {
  for (const char* text : {"nan",   "NaN",    "NAN",     "NA",  "na",   "N/A",  "n/a",   "<NA>",  "NaT",
                           "null",  "NULL",   "Null",    "nil", "None", "none", "NONE",  "#N/A",  "#VALUE!",
                           "#REF!", "#NAME?", "#DIV/0!", "?",   "-",    "--",   " nan ", "\tNone"}) {
    EXPECT_TRUE(IsNoValue(text)) << text;
  }
}

TEST(NoValueTest, TakesNoOtherText) {
  for (const char* text :
       {"",   " ",       "0",     "nana",   "Nancy", "no", "n",   "nonee", "none of these", "null1",
        "un", "unknown", "other", "banana", "#1",    "-1", "a-b", "???",   "N A",           "\xd0\xbd\xd0\xb0"}) {
    EXPECT_FALSE(IsNoValue(text)) << text;
  }
}

}  // namespace
}  // namespace dataset
