#include "dataset/sampler.h"

#include <algorithm>
#include <numeric>
#include <span>

#include "dataset/random.h"

namespace dataset {

Sampler::Sampler(std::vector<Block> blocks, uint64_t segment_bytes, Order order, uint64_t seed)
    : blocks_(std::move(blocks)), segment_bytes_(segment_bytes), order_(order), seed_(seed) {
  uint64_t bytes = 0;
  for (const Block& block : blocks_) {
    samples_ += block.count;
    bytes += block.bytes;
  }
  whole_ = bytes <= segment_bytes_;
}

std::vector<std::vector<uint32_t>> Sampler::Deal(uint32_t epoch) const {
  std::vector<uint32_t> deck(blocks_.size());
  std::iota(deck.begin(), deck.end(), 0);
  if (order_ == Order::kShuffled) {
    Rng rng(seed_, Domain::kSegment, epoch, 0);
    Shuffle(std::span(deck), rng);
  }
  std::vector<std::vector<uint32_t>> segments;
  uint64_t bytes = 0;
  for (const uint32_t block : deck) {
    if (segments.empty() || bytes + blocks_[block].bytes > segment_bytes_) {
      segments.emplace_back();
      bytes = 0;
    }
    segments.back().push_back(block);
    bytes += blocks_[block].bytes;
  }
  // Ascending, so that a segment is read in the order of the disk.
  for (std::vector<uint32_t>& segment : segments) std::sort(segment.begin(), segment.end());
  return segments;
}

std::vector<SampleId> Sampler::OrderOf(const std::vector<uint32_t>& segment, uint32_t epoch, uint32_t number) const {
  std::vector<SampleId> order;
  order.reserve(SamplesOf(segment));
  for (const uint32_t block : segment) {
    for (uint32_t i = 0; i < blocks_[block].count; ++i) order.push_back(blocks_[block].first + i);
  }
  if (order_ == Order::kShuffled) {
    Rng rng(seed_, Domain::kOrder, epoch, number);
    Shuffle(std::span(order), rng);
  }
  return order;
}

uint64_t Sampler::SamplesOf(const std::vector<uint32_t>& segment) const {
  uint64_t samples = 0;
  for (const uint32_t block : segment) samples += blocks_[block].count;
  return samples;
}

}  // namespace dataset
