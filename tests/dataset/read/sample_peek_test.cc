#include "dataset/read/sample_peek.h"

#include <gtest/gtest.h>

#include "dataset/record/example.h"
#include "dataset/sample/store.h"
#include "tests/dataset/load/picture_dataset.h"

namespace dataset {
namespace {

using testing::FromHex;
using testing::kSamples;
using testing::MakePayloads;
using testing::TempDir;

uint64_t PixelsOf(int samples) {
  uint64_t pixels = 0;
  for (int i = 0; i < samples; ++i) pixels += static_cast<uint64_t>(24 + i % 5) * static_cast<uint64_t>(26 + i % 7);
  return pixels;
}

TEST(SamplePeek, FindsWhatRecordsSay) {
  for (const Store store : {Store::kCompressed, Store::kRaw}) {
    for (const int threads : {1, 2}) {
      TempDir dir;
      const DatasetInfo info = testing::WriteStore(dir.path(), store);
      const ShardSet shards(dir.path(), info, Split::kTrain);
      const std::vector<uint32_t> labels = PeekLabels(shards, {}, 3, threads);
      ASSERT_EQ(labels.size(), static_cast<size_t>(kSamples));
      for (uint32_t id = 0; id < labels.size(); ++id) EXPECT_EQ(labels[id], id % 3);
      EXPECT_EQ(PeekPixels(shards, {}, threads), PixelsOf(kSamples));
    }
  }
}

TEST(SamplePeek, PhotosAreToldByTheirHashElseByTheRecord) {
  for (const int threads : {1, 2}) {
    TempDir dir;
    const auto change = [](int i, Sample* sample) { sample->source_id = i % 2 == 0 ? std::to_string(i) : ""; };
    std::vector<std::string> payloads = MakePayloads(Store::kRaw, {}, change);
    payloads.push_back(payloads[1]);
    payloads.push_back("");
    DatasetInfo info = testing::WriteToyShards(dir.path(), payloads, 2);
    const ShardSet shards(dir.path(), info, Split::kTrain);
    const std::vector<std::string> sources = SourcesOf(shards, info, threads);
    ASSERT_EQ(sources.size(), payloads.size());
    for (size_t id = 0; id < static_cast<size_t>(kSamples); id += 2) EXPECT_EQ(sources[id], std::to_string(id));
    EXPECT_EQ(sources[kSamples], sources[1]);
    EXPECT_NE(sources[3], sources[1]);
    EXPECT_EQ(sources.back(), "16 " + std::to_string(0xa282ead8u));  // the masked CRC-32C of nothing
    info.foreign.emplace();
    EXPECT_NE(SourcesOf(shards, info, threads)[0], "0");
  }
}

TEST(SamplePeek, FollowsRenamedKeys) {
  TempDir dir;
  const SampleKeys keys({{"label", "class"}, {"height", "rows"}});
  std::vector<std::string> payloads;
  for (const std::string& payload : MakePayloads(Store::kRaw, {})) {
    payloads.push_back(SerializeSample(ParseSample(payload, 3, {}), keys));
  }
  const DatasetInfo info = testing::WriteToyShards(dir.path(), payloads, 1);
  const ShardSet shards(dir.path(), info, Split::kTrain);
  EXPECT_EQ(PeekLabels(shards, keys, 3, 1)[5], 2u);
  EXPECT_EQ(PeekLabels(shards, {}, 3, 1)[5], 0u);
  EXPECT_EQ(PeekPixels(shards, keys, 1), PixelsOf(kSamples));
  EXPECT_EQ(PeekPixels(shards, {}, 1), std::nullopt);
}

TEST(SamplePeek, WhatIsNoRecordOfOursHasLabel0AndNoSize) {
  // Each damaged record is followed by a good one, whose label is 2.
  const std::string good = MakePayloads(Store::kRaw, {})[2];
  const auto example = [](std::string_view key, std::vector<int64_t> values) {
    ExampleView view;
    view[key] = std::move(values);
    view["image/height"] = std::vector<int64_t>{3};
    return SerializeExample(view);
  };
  const std::string payloads[] = {
      "",
      "nonsense",
      std::string(4000, '\xff'),
      std::string(4000, '\x0a'),
      FromHex("0affffffffffffffffff01"),       // features longer than the file
      FromHex("0a0b 0affffffffffffffffff7f"),  // an entry longer than the file
      FromHex("0a05 0a03 120108"),             // a feature longer than its entry
      FromHex("0b0c"),                         // groups
      FromHex("0a1f 0a1d 0a11 696d6167652f636c6173732f6c6162656c 1208 1a060a04ffffffff"),  // an endless number
      example("image/class/label", {}),
      example("image/class/label", {-1}),
      example("image/class/label", {3}),
      example("image/class/label", {int64_t{1} << 40}),
      example("image/class/labels", {1}),
      good.substr(0, good.size() / 2),
  };
  for (const std::string& payload : payloads) {
    TempDir dir;
    const DatasetInfo info = testing::WriteToyShards(dir.path(), {payload, good}, 1);
    const ShardSet shards(dir.path(), info, Split::kTrain);
    EXPECT_EQ(PeekLabels(shards, {}, 3, 1), (std::vector<uint32_t>{0, 2})) << payload.substr(0, 40);
    EXPECT_EQ(PeekPixels(shards, {}, 1), std::nullopt) << payload.substr(0, 40);
  }
}

TEST(SamplePeek, ReadsPastALongPicture) {
  const auto payloads = MakePayloads(Store::kRaw, {}, [](int, Sample* sample) {
    static const std::string picture(3000000, 'x');
    sample->content = picture;
    sample->height = 1000;
    sample->width = 1000;
  });
  TempDir dir;
  const DatasetInfo info = testing::WriteToyShards(dir.path(), {payloads[1], payloads[2]}, 1);
  const ShardSet shards(dir.path(), info, Split::kTrain);
  EXPECT_EQ(PeekLabels(shards, {}, 3, 2), (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(PeekPixels(shards, {}, 2), 2000000u);
}

}  // namespace
}  // namespace dataset
