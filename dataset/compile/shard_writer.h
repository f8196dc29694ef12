#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/compile/shard_state.h"
#include "dataset/image/pixel_sums.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_writer.h"
#include "dataset/record/shard_index.h"

namespace dataset {

// Writes one shard of an incomplete dataset. Not thread-safe.
class ShardWriter {
 public:
  // For the dataset that `info` describes.
  ShardWriter(const std::filesystem::path& folder, const std::string& name, const DatasetInfo& info, Sync sync);

  struct Record {
    Payload payload;
    uint32_t label = 0;
    bool repeated = false;
  };
  void Write(const Record& record);
  // Leaves a gap; a repeated sample's reject is listed once.
  void Skip(const Reject& reject, bool repeated);
  void AddPixels(const PixelSums& pixels) { state_.pixels.Add(pixels); }

  // Closes the shard and publishes its .idx (of an uncompressed one) and then its .state. Once.
  void Finish();

 private:
  std::filesystem::path path_;
  RecordCompression compression_;
  Sync sync_;
  RecordWriter writer_;
  std::vector<IndexEntry> index_;
  ShardState state_;
};

}  // namespace dataset
