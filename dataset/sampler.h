#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace dataset {

using SampleId = uint32_t;

enum class Order { kSequential, kShuffled };

// A run of consecutive records that is read in one go.
struct Block {
  SampleId first = 0;
  uint32_t count = 0;
  uint64_t bytes = 0;  // framed
};

// Deals blocks to segments of at most segment_bytes (at least one block each) and shuffles within each segment; one
// segment if all fit. A pure function of its arguments: (seed, epoch, position) determines the sample id, so resuming
// is arithmetic. The segments of an epoch together hold each sample exactly once. Random domains kSegment and kOrder of
// proto/FORMAT.md, section 7.
class Sampler {
 public:
  Sampler(std::vector<Block> blocks, uint64_t segment_bytes, Order order, uint64_t seed);

  // Block indices of each segment of `epoch`, in the order in which the segments are walked. Sequential: ascending.
  std::vector<std::vector<uint32_t>> Deal(uint32_t epoch) const;
  // The sample order of one dealt segment; `number` is its place in the walk.
  std::vector<SampleId> OrderOf(const std::vector<uint32_t>& segment, uint32_t epoch, uint32_t number) const;
  // How many samples that are.
  uint64_t SamplesOf(const std::vector<uint32_t>& segment) const;

  const std::vector<Block>& blocks() const { return blocks_; }
  uint64_t samples() const { return samples_; }
  bool whole() const { return whole_; }  // one segment holds everything

 private:
  std::vector<Block> blocks_;
  uint64_t segment_bytes_;
  Order order_;
  uint64_t seed_;
  uint64_t samples_ = 0;
  bool whole_ = true;
};

}  // namespace dataset
