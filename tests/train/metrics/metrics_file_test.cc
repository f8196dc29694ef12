#include "train/metrics/metrics_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace train {
namespace {

using dataset::testing::TempDir;
using dataset::testing::WriteFile;

TEST(MetricsFileTest, CutsBackAndGoesOn) {
  const TempDir dir;
  {
    MetricsFile metrics(dir / "m", 0);
    metrics.Append("one");
    metrics.Append("two");
    EXPECT_EQ(metrics.bytes(), 8u);
  }
  {
    MetricsFile metrics(dir / "m", 4);
    metrics.Append("three");
  }
  EXPECT_EQ(dataset::ReadFile(dir / "m"), "one\nthree\n");
  EXPECT_THROW(MetricsFile(dir / "m", 1000), dataset::Error);
  EXPECT_THROW(MetricsFile(dir / "none", 4), dataset::Error);
  EXPECT_FALSE(std::filesystem::exists(dir / "none"));
}

TEST(MetricsFileTest, KnowsItsEnd) {
  const TempDir dir;
  const std::string end = R"({"event":"end","seconds":1})", step = R"({"event":"step","step":1})";
  for (const auto& [content, ends] : {std::pair<std::string, bool>{"", false},
                                      {"\n", false},
                                      {end, false},
                                      {end + "\n", true},
                                      {step + "\n" + end + "\n", true},
                                      {std::string(5000, 'x') + "\n" + end + "\n", true},
                                      {end + "\n" + step + "\n", false},
                                      {step + "\n" + end.substr(0, 10), false}}) {
    WriteFile(dir / "m", content);
    EXPECT_EQ(HasEnd(dir / "m"), ends) << content;
  }
}

}  // namespace
}  // namespace train
