#include "dataset/compile/shard_writer.h"

#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_format.h"

namespace dataset {

ShardWriter::ShardWriter(const std::filesystem::path& folder, const PlannedShard& shard, const DatasetInfo& info,
                         Sync sync)
    : path_(folder / shard.name), compression_(info.compression), sync_(sync), writer_(path_, compression_) {
  state_.fingerprint = info.fingerprint;
  state_.shard.name = shard.name;
  state_.photos = shard.photos;
  state_.records_per_class.resize(info.classes.size());
}

void ShardWriter::Write(const Record& record) {
  const uint64_t offset = writer_.Write(record.payload);
  index_.push_back({offset, kRecordOverheadBytes + record.payload.size()});
  ++state_.records_per_class[record.label];
  if (record.repeated) ++state_.repeated;
}

void ShardWriter::Skip(const Reject& reject, bool repeated) {
  if (!repeated) state_.rejects.push_back(reject);
}

void ShardWriter::Finish() {
  writer_.Close(sync_);
  state_.shard.records = static_cast<uint32_t>(writer_.records());
  state_.shard.bytes = writer_.bytes();
  state_.shard.crc32c = writer_.crc32c();
  if (compression_ == RecordCompression::kNone) PublishFile(path_.string() + ".idx", FormatIndex(index_), sync_);
  PublishFile(path_.string() + ".state", FormatShardState(state_), sync_);
}

}  // namespace dataset
