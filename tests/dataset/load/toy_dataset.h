#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_writer.h"
#include "dataset/record/shard_index.h"
#include "tests/testing/testing.h"

namespace dataset::testing {

// Writes the shards and indices of a train split with these payloads, dealt evenly. Returns what dataset.json would say
// of them.
inline DatasetInfo WriteToyShards(const std::filesystem::path& folder, const std::vector<std::string>& payloads,
                                  uint32_t shards) {
  DatasetInfo info;
  info.name = "toy";
  info.classes = {"a", "b", "c"};
  DatasetSplit split;
  const size_t n = payloads.size();
  for (uint32_t i = 0; i < shards; ++i) {
    ShardInfo shard;
    shard.name = ShardName(info.name, "train", i, shards);
    RecordWriter writer(folder / shard.name);
    std::vector<IndexEntry> entries;
    for (size_t id = n * i / shards; id < n * (i + 1) / shards; ++id) {
      const uint64_t offset = writer.Write(payloads[id]);
      entries.push_back({offset, writer.bytes() - offset});
    }
    shard.records = static_cast<uint32_t>(writer.records());
    shard.bytes = writer.bytes();
    shard.crc32c = writer.crc32c();
    writer.Close(Sync::kNo);
    WriteFile(folder / (shard.name + ".idx"), FormatIndex(entries));
    split.records += shard.records;
    split.shards.push_back(shard);
  }
  split.records_per_class = {split.records, 0, 0};
  info.splits.push_back(split);
  return info;
}

// Payloads of many sizes; payload i begins with "i:".
inline std::vector<std::string> ToyPayloads(int n) {
  std::vector<std::string> payloads;
  for (int i = 0; i < n; ++i) payloads.push_back(std::to_string(i) + ":" + std::string(i * 37 % 101, 'x'));
  return payloads;
}

}  // namespace dataset::testing
