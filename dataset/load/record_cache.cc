#include "dataset/load/record_cache.h"

#include <utility>

namespace dataset {

RecordCache::~RecordCache() { DropNext(); }

std::shared_ptr<const Segment> RecordCache::TryGet(const std::vector<uint32_t>& blocks) {
  if (current_ != nullptr && current_->blocks() == blocks) return current_;
  if (next_ == nullptr || next_->blocks() != blocks || !next_->complete()) return nullptr;
  next_read_.get();
  current_ = std::exchange(next_, nullptr);
  return current_;
}

std::shared_ptr<const Segment> RecordCache::Get(const std::vector<uint32_t>& blocks, std::stop_token stop) {
  if (auto segment = TryGet(blocks)) return segment;
  current_ = nullptr;
  ReadAhead(blocks);
  const std::stop_callback forward(stop, [this] { stop_next_.request_stop(); });
  LapTimer timer(counters_);
  next_read_.wait();
  timer.Lap(LoaderStage::kSegmentWait);
  const std::shared_ptr<Segment> segment = std::exchange(next_, nullptr);
  if (!next_read_.get()) return nullptr;
  return current_ = segment;
}

void RecordCache::ReadAhead(const std::vector<uint32_t>& blocks) {
  if (current_ != nullptr && current_->blocks() == blocks) return;
  if (next_ != nullptr && next_->blocks() == blocks) return;
  DropNext();
  next_ = std::make_shared<Segment>(shards_, blocks_, blocks, buffers_, counters_);
  stop_next_ = std::stop_source();
  next_read_ =
      std::async(std::launch::async, [to = next_.get(), stop = stop_next_.get_token()] { return to->Read(stop); });
}

void RecordCache::DropNext() {
  stop_next_.request_stop();
  if (next_read_.valid()) next_read_.wait();
  next_read_ = {};
  next_ = nullptr;
}

}  // namespace dataset
