#pragma once

#include <cstdint>
#include <vector>

#include "dataset/base/enum_names.h"
#include "dataset/base/random.h"
#include "dataset/load/sample_order.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

enum class Order {
  kSequential,  // by id
  kShuffled,    // each sample once an epoch
  kBalanced,    // each class equally often, its samples in turn
  kWeighted,    // drawn by weights, with replacement
  kStratified,  // each sample once an epoch, every batch with the classes in their proportions
};
constexpr auto EnumNames(Order) {
  return NameTable<Order, 5>{{{Order::kSequential, "sequential"},
                              {Order::kShuffled, "shuffled"},
                              {Order::kBalanced, "balanced"},
                              {Order::kWeighted, "weighted"},
                              {Order::kStratified, "stratified"}}};
}

// A run of consecutive records that is read in one go.
struct Block {
  SampleId first = 0;
  uint32_t count = 0;
  uint64_t bytes = 0;  // framed
};

struct SamplerOptions {
  Order order = Order::kShuffled;
  uint64_t seed = 0;
  uint64_t segment_bytes = 0;   // of its records and kSampleBytes for each sample; a segment has at least one block
  uint32_t segment_epochs = 1;  // K: how often a segment is gone through before the next one; kSequential: 1
  // For kStratified: batches begin at the multiples of batch_size in each epoch, or in the sequence of all epochs.
  uint32_t batch_size = 1;
  bool batches_span_epochs = false;
  std::vector<uint32_t> labels;       // of each sample: for kBalanced, kStratified and class_weights
  std::vector<double> class_weights;  // kWeighted has one of the two, each weight >= 0 and finite, one above 0
  std::vector<double> sample_weights;
};

// The order of all epochs, one endless sequence in which epoch e of n samples is the positions e * n ... e * n + n - 1.
// A pure function of its arguments: resuming is arithmetic, and the work of one segment.
//
// K epochs are a walk. It deals the blocks to segments, spread so that each holds blocks from all over the split, and
// goes through the segments one after the other, through each K times, in K orders ("rounds"). Round r of walk w counts
// for epoch w * K + r: the rounds that count for an epoch hold each sample as often as the order says (kSequential,
// kShuffled, kStratified: once), and random draws for a sample are keyed by that epoch. With K = 1, or if all samples
// are one segment, these are also the positions of the epoch; otherwise a walk's K * n positions hold each sample K
// times, those of one epoch do not hold each sample.
//
// Classes and weights work within a round. kBalanced: position p belongs to class p mod C of the C that the split has;
// the positions of those that the segment lacks go to those it has in turn, the samples of each class come in shuffled
// order and again once all have come. kStratified: each batch has the largest-remainder quotas of what the round has
// left of each class; a batch that spans two rounds has those of its two parts. kWeighted: each segment has positions
// in proportion to the sum of its weights, drawn independently.
//
// Bit for bit in proto/FORMAT.md, section 7. Thread-safe.
class Sampler {
 public:
  // What a segment must have room for beside each record: the sample's place in the order. Where one round of a segment
  // follows another, a few bytes more are in use for a moment.
  static constexpr uint64_t kSampleBytes = 20;

  Sampler(std::vector<Block> blocks, SamplerOptions options);

  struct SegmentPlan {
    std::vector<uint32_t> blocks;  // ascending
    uint64_t first = 0;            // positions that one round of each segment before it in the walk has
    uint64_t length = 0;           // positions of one round; kWeighted: may be 0
  };
  // The segments of walk number `walk`, in the order in which they are gone through.
  std::vector<SegmentPlan> Deal(uint64_t walk) const;

  // One pass through one segment.
  struct Round {
    uint32_t segment = 0;  // number in the walk
    uint32_t epoch = 0;    // that it counts for
    uint64_t begin = 0;    // its positions
    uint64_t end = 0;
  };
  uint64_t WalkOf(uint64_t position) const { return position / (samples_ * options_.segment_epochs); }
  // The round of a position; `walk` is WalkOf's and `segments` are those dealt for it.
  Round RoundOf(const std::vector<SegmentPlan>& segments, uint64_t walk, uint64_t position) const;
  SampleOrder OrderOf(const SegmentPlan& segment, const Round& round) const;
  // The first position after all rounds of a segment.
  uint64_t EndOf(const SegmentPlan& segment, uint64_t walk) const {
    return (walk * samples_ + segment.first + segment.length) * options_.segment_epochs;
  }

  const std::vector<Block>& blocks() const { return blocks_; }
  // 0 for all if the order needs no labels.
  uint32_t LabelOf(SampleId id) const { return options_.labels.empty() ? 0 : options_.labels[id]; }
  uint32_t segment_epochs() const { return options_.segment_epochs; }
  uint64_t samples() const { return samples_; }  // positions of an epoch
  bool whole() const { return whole_; }          // one segment holds everything
  uint64_t table_bytes() const;                  // of blocks, labels and weights

 private:
  uint64_t CostOf(const Block& block) const { return block.bytes + kSampleBytes * block.count; }
  std::vector<uint32_t> Deck(uint64_t walk, uint64_t segments) const;
  std::vector<SampleId> SamplesOf(const SegmentPlan& segment) const;
  double WeightOf(SampleId id) const;
  double WeightOf(const SegmentPlan& segment) const;
  void SetLengths(std::vector<SegmentPlan>* segments) const;
  uint64_t NextBatchEdge(uint64_t position) const;
  std::vector<Pick> BalancedPicks(std::vector<SampleId> ids, const Round& round, Rng& rng) const;
  std::vector<Pick> StratifiedPicks(const std::vector<SampleId>& ids, const Round& round, Rng& rng) const;

  std::vector<Block> blocks_;
  SamplerOptions options_;
  std::vector<uint32_t> classes_;  // those that have samples, ascending
  uint64_t samples_ = 0;
  uint64_t cost_ = 0;
  uint64_t largest_ = 0;  // cost of a block
  bool whole_ = true;
};

}  // namespace dataset
