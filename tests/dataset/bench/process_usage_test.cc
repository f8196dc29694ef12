#include "dataset/bench/process_usage.h"

#include <gtest/gtest.h>

#include <string>

#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

TEST(ProcessUsage, CountsWhatIsReadAndHeld) {
  constexpr size_t kBytes = size_t{32} << 20;
  testing::TempDir dir;
  testing::WriteFile(dir / "file", std::string(kBytes, 'x'));
  const ProcessUsage before = MeasureProcess();
  const std::string content = ReadFile(dir / "file");
  const ProcessUsage after = MeasureProcess();
  EXPECT_EQ(content.size(), kBytes);
  EXPECT_GE(after.bytes_read, before.bytes_read + kBytes);
  EXPECT_LT(after.bytes_read, before.bytes_read + 2 * kBytes);
  EXPECT_GT(after.resident, kBytes);
  EXPECT_GE(after.peak_resident, after.resident);
  EXPECT_GE(after.cpu_seconds, before.cpu_seconds);
  EXPECT_GT(after.cpu_seconds, 0);
}

}  // namespace
}  // namespace dataset
