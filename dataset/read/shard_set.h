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

// Throws Error if a shard of the split is missing, has another size than dataset.json says, or has no valid .idx.
void CheckShards(const std::filesystem::path& folder, const DatasetInfo& info, Split split);

// The shards of one split, open for reading; of a compiled dataset or of other programs' files. Everything that can be
// checked without reading payloads is checked at the start: a missing shard, a size or a number of records other than
// dataset.json's, and an .idx that does not fit its shard are Errors. Shards that are compressed as a whole are
// refused, because they cannot be read in random order. Thread-safe.
class ShardSet {
 public:
  // Throws Error if the dataset has no such split, and for the faults named above.
  ShardSet(const std::filesystem::path& folder, const DatasetInfo& info, Split split);

  struct Location {
    uint32_t shard = 0;
    uint64_t offset = 0;  // of the record's length field, in the shard
    uint64_t size = 0;    // bytes of the whole framed record
  };

  // The number of records. Ids below are 0 ... size() - 1.
  uint32_t size() const { return static_cast<uint32_t>(offsets_.size()); }
  Location Locate(SampleId id) const;
  const ReadableFile& file(uint32_t shard) const { return files_[shard]; }
  uint32_t shards() const { return static_cast<uint32_t>(files_.size()); }
  // Returns the place of a record for errors: its file, its number within that file and its offset.
  Place PlaceOf(SampleId id) const;
  uint64_t bytes() const { return bytes_; }  // of all shards
  // The bytes of memory that the table of records takes: 8 for each record.
  uint64_t table_bytes() const { return offsets_.capacity() * sizeof(uint64_t); }

 private:
  std::vector<ReadableFile> files_;
  std::vector<uint64_t> offsets_;  // offset of each record in its shard; records lie side by side
  std::vector<SampleId> first_;    // first id of each shard
  uint64_t bytes_ = 0;
};

}  // namespace dataset
