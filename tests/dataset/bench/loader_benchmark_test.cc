#include "dataset/bench/loader_benchmark.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/compile/compiler.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

class LoaderBenchmarkTest : public ::testing::Test {
 protected:
  LoaderBenchmarkTest() {
    testing::MakeImageFolder(dir_ / "raw", 3, 40, 24);
    CompileOptions compile = testing::TinyOptions(dir_.path());
    info_ = testing::Compile(compile);
    options_.folder = compile.output;
    options_.augmentation.image_size = 16;
    options_.augmentation.eval_resize = 18;
    options_.batch_size = 7;
    options_.threads = 2;
  }

  testing::TempDir dir_;
  DatasetInfo info_;
  LoaderOptions options_;
};

TEST_F(LoaderBenchmarkTest, MeasuresUntilItHasEnough) {
  Loader loader(info_, options_);
  NoProgress progress;
  const LoaderBenchmark benchmark = BenchmarkLoader(loader, {.warm_up = 0.01, .seconds = 0.05, .windows = 4}, progress);
  EXPECT_GE(benchmark.throughput.warm_up, 0.01);
  EXPECT_GE(benchmark.throughput.seconds, 0.05);
  EXPECT_FALSE(benchmark.throughput.windows.empty());
  EXPECT_LE(benchmark.throughput.windows.size(), 4u);
  EXPECT_LE(benchmark.throughput.images, 7 * benchmark.throughput.batches);
  EXPECT_EQ(benchmark.stats.batches, benchmark.throughput.batches);
  EXPECT_GT(benchmark.stats.Seconds(LoaderStage::kDecode), 0);
  EXPECT_GT(benchmark.stats.bytes_held, 0u);
  EXPECT_GT(benchmark.usage.resident, benchmark.stats.bytes_held);
}

TEST_F(LoaderBenchmarkTest, AnEpochWithoutBatchesIsAnError) {
  options_.batch_size = 1000;
  options_.last_batch = LastBatch::kDrop;
  Loader loader(info_, options_);
  NoProgress progress;
  EXPECT_THROW(BenchmarkLoader(loader, {}, progress), Error);
}

TEST_F(LoaderBenchmarkTest, AStreamedSplitIsReadOnceAnEpoch) {
  options_.memory = 8000;
  Loader loader(info_, options_);
  ASSERT_FALSE(loader.in_memory());
  NoProgress progress;
  LoaderBenchmark benchmark;
  // Increases the time until it is enough for a whole epoch on this machine.
  for (double seconds = 0.2; !benchmark.bytes_read_per_epoch && seconds < 100; seconds *= 3) {
    benchmark = BenchmarkLoader(loader, {.warm_up = 0, .seconds = seconds, .windows = 1}, progress);
  }
  ASSERT_TRUE(benchmark.bytes_read_per_epoch);
  uint64_t bytes = 0;
  for (const ShardInfo& shard : info_.Find(Split::kTrain)->shards) bytes += shard.bytes;
  // The process reads its own /proc as well.
  EXPECT_GT(*benchmark.bytes_read_per_epoch, 0.8 * static_cast<double>(bytes));
  EXPECT_LT(*benchmark.bytes_read_per_epoch, 1.2 * static_cast<double>(bytes) + 16000);
}

}  // namespace
}  // namespace dataset
