#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// One line of an .idx file, "OFFSET SIZE" as NVIDIA DALI reads it (proto/FORMAT.md, section 5).
struct IndexEntry {
  uint64_t offset = 0;  // of the record's length field, in the shard
  uint64_t size = 0;    // bytes of the framed record: 16 + its payload's
  bool operator==(const IndexEntry&) const = default;
};

std::string FormatIndex(const std::vector<IndexEntry>& entries);
// Parses an untrusted index of a shard of shard_bytes bytes. Throws Error, which names `file` and the line, if the
// records overlap, leave gaps or do not end at shard_bytes.
std::vector<IndexEntry> ParseIndex(std::string_view text, uint64_t shard_bytes, const std::string& file);

// Returns "{name}-{split}.tfrecord-00003-of-00010" for shard 3 of 10.
std::string ShardName(std::string_view name, std::string_view split, uint32_t shard, uint32_t shards);

}  // namespace dataset
