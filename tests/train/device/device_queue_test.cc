#include "train/device/device_queue.h"

#include <gtest/gtest.h>

#include <array>

#include "dataset/base/error.h"
#include "tests/train/fake_link.h"

namespace train {
namespace {

using Log = std::vector<std::string>;

// Batches of two bytes, which are the batch's number, in two buffers in turn: one that is given back is written over.
class Source : public dataset::BatchSource {
 public:
  Source(int batches, Log& log) : batches_(batches), log_(log) {}
  dataset::BatchLease Next() override {
    if (next_ == batches_) return {};
    if (next_ == fails_at) throw dataset::Error("batch " + std::to_string(next_) + " is unreadable");
    auto* const batch = new dataset::Batch;
    batch->size = batch->valid = 1;
    batch->height = batch->channels = 1;
    batch->width = 2;
    auto* const bytes = new std::array<uint8_t, 2>;
    bytes->fill(static_cast<uint8_t>(next_));
    batch->data = bytes->data();
    batch->labels = {next_};
    batch->ids = {static_cast<uint32_t>(100 + next_)};
    return {batch, [this, bytes, number = next_++](dataset::Batch* done) {
              log_.push_back("return " + std::to_string(number));
              bytes->fill(99);
              delete bytes;
              delete done;
            }};
  }
  int fails_at = -1;

 private:
  int batches_;
  Log& log_;
  int next_ = 0;
};

BatchTensors TensorsOf(const dataset::Batch& batch) {
  return {.bytes = torch::from_blob(batch.data, {1, 1, 2, 1}, torch::kUInt8),
          .labels = torch::from_blob(const_cast<int64_t*>(batch.labels.data()), {1}, torch::kInt64),
          .targets = {},
          .scales = {},
          .shifts = {}};
}

void ExpectBatch(const std::optional<DeviceBatch>& batch, int number) {
  ASSERT_TRUE(batch);
  EXPECT_TRUE(batch->tensors.bytes.eq(number).all().item<bool>()) << batch->tensors.bytes;
  EXPECT_EQ(batch->tensors.labels.item<int64_t>(), number);
  EXPECT_FALSE(batch->tensors.targets.defined());
  EXPECT_EQ(batch->labels, std::vector<int64_t>{number});
  EXPECT_EQ(batch->ids, std::vector<uint32_t>{static_cast<uint32_t>(100 + number)});
}

TEST(DeviceQueueTest, CopiesABatchAheadAndGivesLeasesBackAfterTheirCopies) {
  testing::FakeLink link;
  Source source(4, link.log);
  {
    DeviceQueue queue(source, link, TensorsOf);
    for (int number = 0; number < 4; ++number) {
      const auto batch = queue.Next();
      ExpectBatch(batch, number);
      EXPECT_TRUE(batch->owned);
      EXPECT_FALSE(batch->lease);
      queue.Prefetch();
      queue.Prefetch();
    }
    EXPECT_FALSE(queue.Next());
    EXPECT_FALSE(queue.Next());
  }
  const Log wanted = {"copy 0",   "use 0",    "copy 1", "use 1", "copied 0", "return 0", "copy 2",   "use 2",
                      "copied 1", "return 1", "copy 3", "use 3", "copied 2", "return 2", "copied 3", "return 3"};
  EXPECT_EQ(link.log, wanted);
}

TEST(DeviceQueueTest, AQueueThatEndsWaitsForCopiesUnderWay) {
  testing::FakeLink link;
  Source source(4, link.log);
  {
    DeviceQueue queue(source, link, TensorsOf);
    queue.Next();
    queue.Prefetch();
    link.log.clear();
  }
  EXPECT_EQ(link.log, (Log{"copied 0", "copied 1", "return 0", "return 1"}));
}

TEST(DeviceQueueTest, AnErrorComesInPlaceOfItsBatch) {
  testing::FakeLink link;
  Source source(4, link.log);
  source.fails_at = 1;
  DeviceQueue queue(source, link, TensorsOf);
  queue.Prefetch();
  ExpectBatch(queue.Next(), 0);
  EXPECT_NO_THROW(queue.Prefetch());
  EXPECT_THROW(queue.Next(), dataset::Error);
}

// Where nothing is copied the tensors are the lease's memory, so both live as long.
TEST(DeviceQueueTest, AProcessorUsesTheLease) {
  Log log;
  Source source(2, log);
  const std::unique_ptr<DeviceLink> link = MakeDeviceLink(torch::kCPU);
  DeviceQueue queue(source, *link, TensorsOf);
  {
    const auto batch = queue.Next();
    EXPECT_FALSE(batch->owned);
    EXPECT_EQ(batch->tensors.bytes.data_ptr(), batch->lease->data);
    queue.Prefetch();
    ExpectBatch(batch, 0);
    EXPECT_TRUE(log.empty());
  }
  EXPECT_EQ(log, Log{"return 0"});
  ExpectBatch(queue.Next(), 1);
}

}  // namespace
}  // namespace train
