#include "dataset/record_cache.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "dataset/error.h"
#include "dataset/file.h"
#include "dataset/record_reader.h"
#include "dataset/record_writer.h"

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
    parts_.push_back(
        {block.first, block.count, record.shard, static_cast<uint32_t>(samples_), record.offset, block.bytes, bytes_});
    bytes_ += block.bytes;
    samples_ += block.count;
  }
  data_ = std::make_unique_for_overwrite<char[]>(bytes_);
  checked_ = std::make_unique<std::atomic<bool>[]>(samples_);
}

uint64_t Segment::bytes() const {
  return bytes_ + samples_ * sizeof(checked_[0]) + parts_.capacity() * sizeof(Part) +
         chosen_.capacity() * sizeof(chosen_[0]);
}

bool Segment::Read(std::stop_token stop, LoaderCounters& counters) {
  for (const Part& part : parts_) {
    if (stop.stop_requested()) return false;
    LapTimer timer(counters);
    const ReadableFile& file = shards_.file(part.shard);
    const size_t got = file.ReadAt(part.offset, part.bytes, data_.get() + part.begin);
    timer.Lap(LoaderStage::kRead);
    counters.AddBytesRead(got);
    if (got != part.bytes) {
      throw Error({file.path().string(), std::nullopt, part.offset + got}, "the shard has become shorter while in use");
    }
  }
  return true;
}

const Segment::Part* Segment::Find(SampleId id) const {
  const auto after = std::upper_bound(parts_.begin(), parts_.end(), id,
                                      [](SampleId sample, const Part& part) { return sample < part.first; });
  if (after == parts_.begin()) return nullptr;
  const Part& part = *(after - 1);
  return id - part.first < part.count ? &part : nullptr;
}

std::string_view Segment::Payload(SampleId id) const {
  const ShardSet::Location record = shards_.Locate(id);
  const Part* part = Find(id);
  if (part == nullptr) {
    thread_local std::string single;
    single.resize(record.size);
    single.resize(shards_.file(record.shard).ReadAt(record.offset, record.size, single.data()));
    return ParseRecord(single, {});
  }
  const std::string_view framed(data_.get() + part->begin + (record.offset - part->offset), record.size);
  std::atomic<bool>& checked = checked_[part->index + (id - part->first)];
  if (checked.load(std::memory_order_relaxed)) {
    return framed.substr(kRecordHeaderBytes, framed.size() - kRecordOverheadBytes);
  }
  const std::string_view payload = ParseRecord(framed, {});
  // The index has the record's size; its length field may have another one, as long as the checksums are right.
  if (payload.size() + kRecordOverheadBytes == framed.size()) checked.store(true, std::memory_order_relaxed);
  return payload;
}

RecordCache::~RecordCache() {
  DropNext();
  Drop(&current_);
}

const Segment* RecordCache::Get(const std::vector<uint32_t>& blocks, std::stop_token stop) {
  if (current_ != nullptr && current_->blocks() == blocks) return current_.get();
  Drop(&current_);
  ReadAhead(blocks);
  const std::stop_callback forward(stop, [this] { stop_next_.request_stop(); });
  LapTimer timer(counters_);
  next_read_.wait();
  timer.Lap(LoaderStage::kSegmentWait);
  try {
    if (next_read_.get()) {
      current_ = std::move(next_);
      return current_.get();
    }
  } catch (...) {
    Drop(&next_);
    throw;
  }
  Drop(&next_);
  return nullptr;
}

void RecordCache::ReadAhead(const std::vector<uint32_t>& blocks) {
  if (current_ != nullptr && current_->blocks() == blocks) return;
  if (next_ != nullptr && next_->blocks() == blocks) return;
  DropNext();
  auto segment = std::make_unique<Segment>(shards_, blocks_, blocks);
  stop_next_ = std::stop_source();
  next_read_ = std::async(std::launch::async, [to = segment.get(), stop = stop_next_.get_token(), this] {
    return to->Read(stop, counters_);
  });
  next_ = std::move(segment);
  counters_.Hold(next_->bytes());
}

void RecordCache::DropNext() {
  stop_next_.request_stop();
  if (next_read_.valid()) next_read_.wait();
  next_read_ = {};
  Drop(&next_);
}

void RecordCache::Drop(std::unique_ptr<Segment>* segment) {
  if (*segment != nullptr) counters_.Drop((*segment)->bytes());
  segment->reset();
}

}  // namespace dataset
