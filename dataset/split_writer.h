#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "dataset/dataset_info.h"
#include "dataset/file.h"
#include "dataset/record_writer.h"
#include "dataset/shard_index.h"

namespace dataset {

// Writes one split's records, in the order of their places, to its shards and their indices. Not thread-safe.
class SplitWriter {
 public:
  // For `places` samples in `shards` shards; 1 <= shards <= places.
  SplitWriter(const std::filesystem::path& folder, const std::string& name, Split split, uint32_t places,
              uint32_t shards, uint32_t classes, Sync sync);

  // The record of the next place.
  void Write(uint32_t label, std::string_view payload);
  // Leaves the next place empty.
  void Skip();
  // After the last place, once.
  const DatasetSplit& Finish();

  const DatasetSplit& written() const { return written_; }

 private:
  // Makes the shard of the next place the open one.
  void Advance();
  void CloseShard();

  std::filesystem::path folder_;
  std::string name_;
  uint32_t places_;
  uint32_t shards_;
  Sync sync_;
  DatasetSplit written_;
  uint32_t place_ = 0;
  std::optional<RecordWriter> shard_;
  std::vector<IndexEntry> index_;
};

}  // namespace dataset
