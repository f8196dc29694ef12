#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/io/readable_file.h"
#include "dataset/record/shard_index.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// Throws Error if a split's shards are missing or of another size than dataset.json says, or lack their .idx.
void CheckShards(const std::filesystem::path& folder, const DatasetInfo& info, Split split);

// One split of a compiled dataset, open for reading. Everything that can be wrong without reading payloads is found at
// the start: missing shards, sizes or counts other than dataset.json's, an .idx that does not fit its shard.
// Shards that are compressed as a whole cannot be read at random and are refused. Thread-safe.
class ShardSet {
 public:
  // Throws Error if the dataset has no such split.
  ShardSet(const std::filesystem::path& folder, const DatasetInfo& info, Split split);

  struct Location {
    uint32_t shard = 0;
    uint64_t offset = 0;  // of the record's length field
    uint64_t size = 0;    // whole framed record
  };

  uint32_t size() const { return static_cast<uint32_t>(offsets_.size()); }
  Location Locate(SampleId id) const;
  const ReadableFile& file(uint32_t shard) const { return files_[shard]; }
  uint32_t shards() const { return static_cast<uint32_t>(files_.size()); }
  // For errors: file, record within that file, offset.
  Place PlaceOf(SampleId id) const;
  uint64_t bytes() const { return bytes_; }  // of all framed records
  // Memory that it takes for its records: 8 bytes each.
  uint64_t table_bytes() const { return offsets_.capacity() * sizeof(uint64_t); }

 private:
  std::vector<ReadableFile> files_;
  std::vector<uint64_t> offsets_;  // of the records, in their shards, which they fill
  std::vector<SampleId> first_;    // of each shard
  uint64_t bytes_ = 0;
};

}  // namespace dataset
