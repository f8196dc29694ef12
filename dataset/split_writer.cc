#include "dataset/split_writer.h"

#include <cassert>

#include "dataset/placement.h"

namespace dataset {

SplitWriter::SplitWriter(const std::filesystem::path& folder, const std::string& name, Split split, uint32_t places,
                         uint32_t shards, uint32_t classes, Sync sync)
    : folder_(folder), name_(name), places_(places), shards_(shards), sync_(sync) {
  assert(shards >= 1 && shards <= places);
  written_.split = split;
  written_.records_per_class.resize(classes);
}

void SplitWriter::Write(uint32_t label, std::string_view payload) {
  Advance();
  const uint64_t offset = shard_->Write(payload);
  index_.push_back({offset, kRecordOverheadBytes + payload.size()});
  ++written_.records;
  ++written_.records_per_class[label];
}

void SplitWriter::Skip() {
  Advance();
  ++written_.rejected;
}

const DatasetSplit& SplitWriter::Finish() {
  assert(place_ == places_);
  CloseShard();
  return written_;
}

void SplitWriter::Advance() {
  assert(place_ < places_);
  const uint32_t next = shard_ ? static_cast<uint32_t>(written_.shards.size()) + 1 : 0;
  if (!shard_ || (next < shards_ && ShardRange(places_, next, shards_).first == place_)) {
    if (shard_) CloseShard();
    shard_.emplace(folder_ / ShardName(name_, SplitName(written_.split), next, shards_));
  }
  ++place_;
}

void SplitWriter::CloseShard() {
  shard_->Close(sync_);
  const std::string name =
      ShardName(name_, SplitName(written_.split), static_cast<uint32_t>(written_.shards.size()), shards_);
  PublishFile(folder_ / (name + ".idx"), FormatIndex(index_), sync_);
  written_.shards.push_back({name, static_cast<uint32_t>(shard_->records()), shard_->bytes(), shard_->crc32c()});
  index_.clear();
}

}  // namespace dataset
