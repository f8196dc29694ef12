#include "tools/cli/units.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dataset/base/error.h"

namespace cli {
namespace {

TEST(UnitsTest, ParseSize) {
  const struct {
    const char* text;
    uint64_t bytes;
  } kCases[] = {
      {"0", 0},
      {"4317", 4317},
      {"12B", 12},
      {"64k", 65536},
      {"64K", 65536},
      {"64kB", 64000},
      {"64KiB", 65536},
      {"128MiB", 134217728},
      {"128mib", 134217728},
      {"2GB", 2000000000},
      {"2GiB", 2147483648},
      {"1.5 GiB", 1610612736},
      {" 1 TiB ", 1099511627776},
      {"0.5k", 512},
  };
  for (const auto& test : kCases) EXPECT_EQ(ParseSize(test.text), test.bytes) << test.text;
}

TEST(UnitsTest, ParseSizeRefuses) {
  for (const char* text : {"", " ", "MiB", "-1", "-0", "1X", "1MiBs", "1 M iB", "1kk", "0x10", "nan", "inf", "1e400",
                           "1e19", "1e30", "9000000TiB", "1,5k", "1Mi", "+1"}) {
    try {
      ParseSize(text);
      ADD_FAILURE() << "'" << text << "' was taken";
    } catch (const dataset::Error& error) {
      EXPECT_TRUE(error.usage()) << text;
    }
  }
}

TEST(UnitsTest, ParseNumbers) {
  EXPECT_EQ(ParseNumbers("60,20,20", "--ratio"), (std::vector<double>{60, 20, 20}));
  EXPECT_EQ(ParseNumbers("0.5", "--ratio"), (std::vector<double>{0.5}));
  EXPECT_EQ(ParseNumbers(" 1 , -2.5e1 ", "--ratio"), (std::vector<double>{1, -25}));
  for (const char* text : {"", ",", "60,", ",60", "60,,20", "60;20", "a", "60,b", "60 20", "nan", "inf,1", "1e999"}) {
    try {
      ParseNumbers(text, "--ratio");
      ADD_FAILURE() << "'" << text << "' was taken";
    } catch (const dataset::Error& error) {
      EXPECT_TRUE(error.usage()) << text;
      EXPECT_EQ(std::string(error.what()).find("--ratio: "), 0u) << error.what();
    }
  }
}

TEST(UnitsTest, ParseDuration) {
  for (const auto& [text, seconds] : std::vector<std::pair<const char*, double>>{{"90", 90},
                                                                                 {"90s", 90},
                                                                                 {"15m", 900},
                                                                                 {"1.5h", 5400},
                                                                                 {"1h30m", 5400},
                                                                                 {"1h0m5s", 3605},
                                                                                 {" 2m30s ", 150},
                                                                                 {"0", 0}}) {
    EXPECT_EQ(ParseDuration(text, "--time-budget"), seconds) << text;
  }
  for (const char* text : {"", "m", "5x", "-5m", "1m1h", "1m1m", "1h30", "5 m 3", "nan", "inf", "1e10h", "1d", "s5"}) {
    try {
      ParseDuration(text, "--time-budget");
      ADD_FAILURE() << "'" << text << "' was taken";
    } catch (const dataset::Error& error) {
      EXPECT_TRUE(error.usage()) << text;
      EXPECT_EQ(std::string(error.what()).find("--time-budget: "), 0u) << error.what();
    }
  }
}

TEST(UnitsTest, HumanBytes) {
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(999), "999 B");
  EXPECT_EQ(HumanBytes(1000), "1.0 kB");
  EXPECT_EQ(HumanBytes(12345678), "12.3 MB");
  EXPECT_EQ(HumanBytes(999949), "999.9 kB");
  EXPECT_EQ(HumanBytes(999950), "1.0 MB");
  EXPECT_EQ(HumanBytes(std::numeric_limits<uint64_t>::max()), "18.4 EB");
}

TEST(UnitsTest, HumanDuration) {
  EXPECT_EQ(HumanDuration(0), "0:00");
  EXPECT_EQ(HumanDuration(0.4), "0:00");
  EXPECT_EQ(HumanDuration(59.6), "1:00");
  EXPECT_EQ(HumanDuration(754), "12:34");
  EXPECT_EQ(HumanDuration(3599.5), "1:00:00");
  EXPECT_EQ(HumanDuration(3723), "1:02:03");
  EXPECT_EQ(HumanDuration(100 * 3600), "100:00:00");
  EXPECT_EQ(HumanDuration(-5), "0:00");
  EXPECT_EQ(HumanDuration(std::nan("")), "0:00");
  EXPECT_EQ(HumanDuration(std::numeric_limits<double>::infinity()), "277777:46:40");
}

}  // namespace
}  // namespace cli
