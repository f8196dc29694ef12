#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/compile/compile_plan.h"
#include "dataset/compile/shard_state.h"
#include "dataset/image/pixel_sums.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_writer.h"
#include "dataset/record/shard_index.h"

namespace dataset {

// Writes one shard of an incomplete dataset. Not thread-safe.
class ShardWriter {
 public:
  // Creates the file `folder`/`shard.name`. `info` describes the dataset. Throws Error if it cannot write.
  ShardWriter(const std::filesystem::path& folder, const PlannedShard& shard, const DatasetInfo& info, Sync sync);

  struct Record {
    Payload payload;
    uint32_t label = 0;
    bool repeated = false;  // the sample has an earlier place
  };
  void Write(const Record& record);
  // Leaves out a rejected sample. If it is repeated, its reject is listed already.
  void Skip(const Reject& reject, bool repeated);
  void AddPixels(const PixelSums& pixels) { state_.pixels.Add(pixels); }

  void AddNotes(const SourceNotes& notes) { state_.notes.Add(notes); }

  // Closes the shard, publishes its .idx if it is not compressed, then its .state. Must be called once, as the last.
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
