#include "dataset/base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace dataset {
namespace {

TEST(ErrorTest, PlaceNamesWhatIsKnown) {
  const struct {
    Place place;
    const char* expected;
  } kCases[] = {
      {{"", {}, {}}, ""},
      {{"a.tfrecord", {}, {}}, "a.tfrecord"},
      {{"a.tfrecord", 17, 4096}, "a.tfrecord: record 17 at byte 4096"},
      {{"a.tfrecord", 0, {}}, "a.tfrecord: record 0"},
      {{"a.tfrecord", {}, 9}, "a.tfrecord: byte 9"},
      {{"", 3, 5}, "record 3 at byte 5"},
      {{"", {}, UINT64_MAX}, "byte 18446744073709551615"},
  };
  for (const auto& c : kCases) EXPECT_EQ(c.place.ToString(), c.expected);
}

TEST(ErrorTest, WhatIsPlaceThenCause) {
  EXPECT_STREQ(Error("no classes").what(), "no classes");
  EXPECT_STREQ(Error(Place{}, "no classes").what(), "no classes");
  EXPECT_STREQ(Error(Place{"f", 1, 2}, "cut off").what(), "f: record 1 at byte 2: cut off");
}

TEST(ErrorTest, SystemNamesFileCauseAndReason) {
  EXPECT_STREQ(Error::System("f", "cannot open", ENOENT).what(), "f: cannot open: No such file or directory");
  EXPECT_STREQ(Error::System("f", "cannot write", ENOSPC).what(),
               "f: cannot write: No space left on device; free some space and run again");
  EXPECT_STREQ(Error::System("f", "cannot write", EDQUOT).what(),
               "f: cannot write: Disk quota exceeded; free some space and run again");
}

TEST(ErrorTest, OnlyUsageErrorsAreUsage) {
  EXPECT_TRUE(Error::Usage("ratio").usage());
  EXPECT_FALSE(Error("ratio").usage());
  EXPECT_FALSE(Error::System("f", "cannot open", ENOENT).usage());
}

}  // namespace
}  // namespace dataset
