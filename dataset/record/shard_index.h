#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// .idx files: DALI's "offset size" lines (proto/FORMAT.md, section 5).
struct IndexEntry {
  uint64_t offset = 0;  // of the length field
  uint64_t size = 0;    // 16 + payload
  bool operator==(const IndexEntry&) const = default;
};

std::string FormatIndex(const std::vector<IndexEntry>& entries);
// Refuses entries that overlap, leave gaps or do not end at shard_bytes. `file` is named in errors.
std::vector<IndexEntry> ParseIndex(std::string_view text, uint64_t shard_bytes, const std::string& file);

// "{name}-{split}.tfrecord-00000-of-00010"
std::string ShardName(std::string_view name, std::string_view split, uint32_t shard, uint32_t shards);

}  // namespace dataset
