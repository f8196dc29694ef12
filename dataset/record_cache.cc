#include "dataset/record_cache.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "dataset/error.h"
#include "dataset/file.h"

namespace dataset {

std::vector<Block> MakeBlocks(const ShardSet& shards, uint64_t block_bytes) {
  std::vector<Block> blocks;
  uint32_t shard = 0;
  for (SampleId id = 0; id < shards.size(); ++id) {
    const ShardSet::Location record = shards.Locate(id);
    if (blocks.empty() || record.shard != shard || blocks.back().bytes + record.size > block_bytes) {
      blocks.push_back({.first = id});
      shard = record.shard;
    }
    ++blocks.back().count;
    blocks.back().bytes += record.size;
  }
  return blocks;
}

Segment::Segment(const ShardSet& shards, const std::vector<Block>& blocks, std::vector<uint32_t> chosen)
    : shards_(shards), chosen_(std::move(chosen)) {
  parts_.reserve(chosen_.size());
  for (const uint32_t index : chosen_) {
    const Block& block = blocks[index];
    const ShardSet::Location record = shards_.Locate(block.first);
    parts_.push_back({block.first, record.shard, record.offset, block.bytes, bytes_});
    bytes_ += block.bytes;
  }
  data_ = std::make_unique_for_overwrite<char[]>(bytes_);
}

bool Segment::Read(std::stop_token stop) {
  for (const Part& part : parts_) {
    if (stop.stop_requested()) return false;
    const ReadableFile& file = shards_.file(part.shard);
    const size_t got = file.ReadAt(part.offset, part.bytes, data_.get() + part.begin);
    if (got != part.bytes) {
      throw Error({file.path().string(), std::nullopt, part.offset + got}, "the shard has become shorter while in use");
    }
  }
  return true;
}

std::string_view Segment::Record(SampleId id) const {
  const auto after = std::upper_bound(parts_.begin(), parts_.end(), id,
                                      [](SampleId sample, const Part& part) { return sample < part.first; });
  assert(after != parts_.begin());
  const Part& part = *(after - 1);
  const ShardSet::Location record = shards_.Locate(id);
  assert(record.shard == part.shard && record.offset + record.size <= part.offset + part.bytes);
  return {data_.get() + part.begin + (record.offset - part.offset), record.size};
}

const Segment* RecordCache::Get(const std::vector<uint32_t>& blocks, std::stop_token stop) {
  if (current_ != nullptr && current_->blocks() == blocks) return current_.get();
  current_.reset();
  ReadAhead(blocks);
  const std::stop_callback forward(stop, [this] { stop_next_.request_stop(); });
  std::unique_ptr<Segment> read = std::exchange(next_, nullptr);
  if (!next_read_.get()) return nullptr;
  current_ = std::move(read);
  return current_.get();
}

void RecordCache::ReadAhead(const std::vector<uint32_t>& blocks) {
  if (current_ != nullptr && current_->blocks() == blocks) return;
  if (next_ != nullptr && next_->blocks() == blocks) return;
  Drop();
  auto segment = std::make_unique<Segment>(shards_, blocks_, blocks);
  stop_next_ = std::stop_source();
  next_read_ =
      std::async(std::launch::async, [to = segment.get(), stop = stop_next_.get_token()] { return to->Read(stop); });
  next_ = std::move(segment);
}

void RecordCache::Drop() {
  stop_next_.request_stop();
  if (next_read_.valid()) next_read_.wait();
  next_read_ = {};
  next_.reset();
}

uint64_t RecordCache::bytes_held() const {
  return (current_ != nullptr ? current_->bytes() : 0) + (next_ != nullptr ? next_->bytes() : 0);
}

}  // namespace dataset
