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
  uint64_t bytes = 0;  // of the framed records
};

struct SamplerOptions {
  Order order = Order::kShuffled;
  uint64_t seed = 0;
  uint64_t segment_bytes = 0;   // for its records and kSampleBytes for each sample; a segment has at least one block
  uint32_t segment_epochs = 1;  // K: how often a segment is gone through before the next one; kSequential: must be 1
  // For kStratified: where batches begin. They begin at the multiples of batch_size in each epoch or, if they span
  // epochs, in the sequence of all epochs.
  uint32_t batch_size = 1;
  bool batches_span_epochs = false;
  // By sample id, also of ids that are in no block; needed for kBalanced, kStratified and class_weights, else empty.
  std::vector<uint32_t> labels;
  std::vector<double> class_weights;   // kWeighted has one of these two: weights >= 0 and finite, one above 0; by label
  std::vector<double> sample_weights;  // by sample id
};

// The order in which a loader goes through the samples of a split. It is a pure function of the constructor's
// arguments. Any position can be computed without those before it, at the cost of ordering one segment, so an
// interrupted training can go on at any step. proto/FORMAT.md, section 7, specifies it bit for bit. Thread-safe.
//
// Positions: all epochs of a split of n samples are one endless sequence. Epoch e is the n positions from e * n on.
//
// Walks and rounds: K = segment_epochs epochs are a walk. A walk deals the blocks to segments, so that each segment
// fits segment_bytes and has blocks from all over the split. It goes through the segments one after the other, and
// through each of them K times before the next one. One such pass is a round, and each round has an order of its own.
// Round r (0 ... K - 1) of every segment of walk w counts for epoch w * K + r: that number keys the random draws for
// its samples. The rounds that count for one epoch hold, together, each sample as often as the order says (kSequential,
// kShuffled, kStratified: once).
//
// If K = 1 or one segment holds everything, the rounds that count for an epoch are exactly the positions of that epoch.
// Otherwise they are not: in these three orders the K * n positions of a walk hold each sample K times, but the n
// positions of an epoch may hold a sample several times or not at all.
//
// Example: five samples 0 ... 4, kShuffled, seed 4. Each sample is a block of its own and costs 100 bytes: 80 of its
// record and kSampleBytes. With segment_bytes = 300 a walk deals three segments. Walk 0 deals {0, 4}, {2, 3} and {1}.
//
//   K = 1: two epochs are two walks. A bar ends a segment.
//     position           0 1 | 2 3 | 4     5 6 | 7 8 | 9
//     sample             0 4 | 3 2 | 1     3 0 | 4 2 | 1
//     counts for epoch   0 0 | 0 0 | 0     1 1 | 1 1 | 1
//
//   K = 2: two epochs are one walk, in which each segment has two rounds.
//     position           0 1  2 3 | 4 5  6 7 | 8  9
//     sample             0 4  4 0 | 3 2  3 2 | 1  1
//     counts for epoch   0 0  1 1 | 0 0  1 1 | 0  1
//
// With K = 2, epoch 0 is the positions 0 ... 4 with the samples 0, 4, 4, 0 and 3, but the rounds that count for epoch 0
// hold 0, 4, 3, 2 and 1: each sample once.
//
// Classes and weights work within a round:
// - kBalanced: the split has C classes, and position p belongs to class number p mod C. Positions of classes that the
//   segment lacks go to the classes that it has, in turn. The samples of a class come in shuffled order; after all have
//   come, they come again in a new order.
// - kStratified: each batch has largest-remainder quotas of the classes, in proportion to the samples that the round
//   has left of each class. A batch that spans two rounds has the quotas of its two parts.
// - kWeighted: each segment gets positions in proportion to the sum of its samples' weights. The sample of each
//   position is drawn independently of the others, with replacement.
class Sampler {
 public:
  // Bytes of segment_bytes that each sample takes beside its record, for its place in the order. Where one round of a
  // segment follows another, a few bytes more are in use for a moment.
  static constexpr uint64_t kSampleBytes = 20;

  Sampler(std::vector<Block> blocks, SamplerOptions options);

  struct SegmentPlan {
    std::vector<uint32_t> blocks;  // ascending
    uint64_t first = 0;            // sum of `length` over the segments before it in the walk
    uint64_t length = 0;           // number of positions of one round; kWeighted: may be 0
  };
  // Returns the segments of walk number `walk`, in the order in which they are gone through.
  std::vector<SegmentPlan> Deal(uint64_t walk) const;

  // One pass through one segment.
  struct Round {
    uint32_t segment = 0;  // number of the segment in the walk
    uint32_t epoch = 0;    // the epoch that the round counts for
    uint64_t begin = 0;    // its positions are begin ... end - 1
    uint64_t end = 0;
  };
  uint64_t WalkOf(uint64_t position) const { return position / (samples_ * options_.segment_epochs); }
  // Returns the round that a position lies in. `walk` must be WalkOf(position), and `segments` must be Deal(walk).
  Round RoundOf(const std::vector<SegmentPlan>& segments, uint64_t walk, uint64_t position) const;
  // Returns the samples of a round: element i is that of position round.begin + i.
  SampleOrder OrderOf(const SegmentPlan& segment, const Round& round) const;
  // Returns the first position after all rounds of a segment of Deal(walk).
  uint64_t EndOf(const SegmentPlan& segment, uint64_t walk) const {
    return (walk * samples_ + segment.first + segment.length) * options_.segment_epochs;
  }

  const std::vector<Block>& blocks() const { return blocks_; }
  // Returns the sample's label, or 0 if the order needs no labels.
  uint32_t LabelOf(SampleId id) const { return options_.labels.empty() ? 0 : options_.labels[id]; }
  uint32_t segment_epochs() const { return options_.segment_epochs; }
  uint64_t samples() const { return samples_; }  // the number of positions of an epoch
  bool whole() const { return whole_; }          // one segment holds everything
  uint64_t table_bytes() const;                  // memory of blocks, labels and weights

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
  std::vector<uint32_t> classes_;  // labels of the classes that have samples, ascending
  uint64_t samples_ = 0;
  uint64_t cost_ = 0;     // of all blocks
  uint64_t largest_ = 0;  // the largest cost of a block
  bool whole_ = true;
};

}  // namespace dataset
