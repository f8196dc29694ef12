#include "dataset/record/shard_index.h"

#include <charconv>
#include <cstdio>
#include <optional>

#include "dataset/base/error.h"
#include "dataset/record/record_format.h"

namespace dataset {
namespace {

// Parses "OFFSET SIZE": decimal numbers without signs or leading blanks.
std::optional<IndexEntry> ParseLine(std::string_view line) {
  IndexEntry entry;
  const char* const end = line.data() + line.size();
  const auto offset = std::from_chars(line.data(), end, entry.offset);
  if (offset.ec != std::errc() || offset.ptr == end || *offset.ptr != ' ') return std::nullopt;
  const auto size = std::from_chars(offset.ptr + 1, end, entry.size);
  if (size.ec != std::errc() || size.ptr != end) return std::nullopt;
  return entry;
}

}  // namespace

std::string FormatIndex(const std::vector<IndexEntry>& entries) {
  std::string text;
  for (const IndexEntry& entry : entries) {
    text += std::to_string(entry.offset) + ' ' + std::to_string(entry.size) + '\n';
  }
  return text;
}

std::vector<IndexEntry> ParseIndex(std::string_view text, uint64_t shard_bytes, const std::string& file) {
  std::vector<IndexEntry> entries;
  uint64_t position = 0;
  const auto refuse = [&](const std::string& cause) {
    throw Error(file, "line " + std::to_string(entries.size() + 1) + ": " + cause);
  };
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) refuse("is cut off");
    const std::optional<IndexEntry> entry = ParseLine(text.substr(0, end));
    if (!entry) refuse("is not \"offset size\"");
    if (entry->offset != position) {
      refuse("begins at byte " + std::to_string(entry->offset) + ", but the record before it ends at byte " +
             std::to_string(position));
    }
    if (entry->size < kRecordOverheadBytes || entry->size > shard_bytes - position) {
      refuse("a record of " + std::to_string(entry->size) + " bytes at byte " + std::to_string(position) +
             " does not fit a shard of " + std::to_string(shard_bytes) + " bytes");
    }
    position += entry->size;
    entries.push_back(*entry);
    text.remove_prefix(end + 1);
  }
  if (position != shard_bytes) {
    throw Error(
        file, "ends at byte " + std::to_string(position) + " of a shard of " + std::to_string(shard_bytes) + " bytes");
  }
  return entries;
}

std::string ShardName(std::string_view name, std::string_view split, uint32_t shard, uint32_t shards) {
  char suffix[64];
  std::snprintf(suffix, sizeof(suffix), ".tfrecord-%05u-of-%05u", shard, shards);
  return std::string(name) + '-' + std::string(split) + suffix;
}

}  // namespace dataset
