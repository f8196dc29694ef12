#include "dataset/load/segment.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/readable_file.h"
#include "dataset/record/record_format.h"
#include "dataset/record/record_reader.h"
#include "dataset/record/record_writer.h"

namespace dataset {

std::vector<Block> MakeBlocks(const ShardSet& shards, uint64_t block_bytes, const std::vector<SampleId>* part) {
  std::vector<Block> blocks;
  uint32_t shard = 0;
  const size_t samples = part != nullptr ? part->size() : shards.size();
  for (size_t i = 0; i < samples; ++i) {
    const SampleId id = part != nullptr ? (*part)[i] : static_cast<SampleId>(i);
    const ShardSet::Location record = shards.Locate(id);
    if (blocks.empty() || record.shard != shard || blocks.back().first + blocks.back().count != id ||
        blocks.back().bytes + record.size > block_bytes) {
      blocks.push_back({.first = id});
      shard = record.shard;
    }
    ++blocks.back().count;
    blocks.back().bytes += record.size;
  }
  return blocks;
}

SegmentBuffers::Buffer SegmentBuffers::Take(uint64_t size, std::stop_token stop) {
  constexpr int kBuffers = 2;
  std::unique_lock lock(mutex_);
  if (!given_back_.wait(lock, stop, [this] { return out_ < kBuffers; })) return {};
  if (used_.size < size) {
    Free(&used_);
    used_ = {std::make_unique_for_overwrite<char[]>(size), size};
    counters_.Hold(size);
  }
  ++out_;
  return std::exchange(used_, {});
}

void SegmentBuffers::GiveBack(Buffer buffer) {
  {
    const std::lock_guard lock(mutex_);
    Free(&used_);
    used_ = std::move(buffer);
    --out_;
  }
  given_back_.notify_all();
}

void SegmentBuffers::Free(Buffer* buffer) {
  counters_.Drop(buffer->size);
  *buffer = {};
}

Segment::Segment(const ShardSet& shards, const std::vector<Block>& blocks, std::vector<uint32_t> chosen,
                 SegmentBuffers& buffers, LoaderCounters& counters)
    : shards_(shards), buffers_(buffers), counters_(counters), chosen_(std::move(chosen)) {
  parts_.reserve(chosen_.size());
  for (const uint32_t index : chosen_) {
    const Block& block = blocks[index];
    const ShardSet::Location record = shards_.Locate(block.first);
    parts_.push_back(
        {block.first, block.count, record.shard, static_cast<uint32_t>(samples_), record.offset, block.bytes, bytes_});
    bytes_ += block.bytes;
    samples_ += block.count;
  }
  checked_ = std::make_unique<std::atomic<bool>[]>(samples_);
  counters_.Hold(table_bytes());
}

Segment::~Segment() {
  if (buffer_.data != nullptr) buffers_.GiveBack(std::move(buffer_));
  counters_.Drop(table_bytes());
}

uint64_t Segment::table_bytes() const {
  return samples_ * sizeof(checked_[0]) + parts_.capacity() * sizeof(Part) + chosen_.capacity() * sizeof(chosen_[0]);
}

bool Segment::Read(std::stop_token stop) {
  buffer_ = buffers_.Take(bytes_, stop);
  if (buffer_.data == nullptr) return false;
  for (const Part& part : parts_) {
    if (stop.stop_requested()) return false;
    LapTimer timer(counters_);
    const ReadableFile& file = shards_.file(part.shard);
    const size_t got = file.ReadAt(part.offset, part.bytes, buffer_.data.get() + part.begin);
    timer.Lap(LoaderStage::kRead);
    counters_.AddBytesRead(got);
    if (got != part.bytes) {
      throw Error(Place{file.path().string(), std::nullopt, part.offset + got},
                  "the shard has become shorter while in use");
    }
  }
  complete_.store(true, std::memory_order_release);
  return true;
}

const Segment::Part* Segment::Find(SampleId id) const {
  const auto after = std::upper_bound(parts_.begin(), parts_.end(), id,
                                      [](SampleId sample, const Part& part) { return sample < part.first; });
  if (after == parts_.begin()) return nullptr;
  const Part& part = *(after - 1);
  return id - part.first < part.count ? &part : nullptr;
}

std::string_view Segment::Payload(SampleId id, std::string* single) const {
  const ShardSet::Location record = shards_.Locate(id);
  const Part* part = Find(id);
  if (part == nullptr) {
    single->resize(record.size);
    single->resize(shards_.file(record.shard).ReadAt(record.offset, record.size, single->data()));
    return ParseRecord(*single, {});
  }
  const std::string_view framed(buffer_.data.get() + part->begin + (record.offset - part->offset), record.size);
  std::atomic<bool>& checked = checked_[part->index + (id - part->first)];
  if (checked.load(std::memory_order_relaxed)) {
    return framed.substr(kRecordHeaderBytes, framed.size() - kRecordOverheadBytes);
  }
  const std::string_view payload = ParseRecord(framed, {});
  // The index gives the record's size, but the length field may give another one although its checksum is right.
  if (payload.size() + kRecordOverheadBytes == framed.size()) checked.store(true, std::memory_order_relaxed);
  return payload;
}

}  // namespace dataset
