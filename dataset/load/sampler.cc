#include "dataset/load/sampler.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "dataset/base/largest_remainder.h"
#include "dataset/base/random.h"
#include "dataset/sample/sample_id.h"

namespace dataset {
namespace {

constexpr double kShareUnits = 1e15;

uint64_t DivideUp(uint64_t dividend, uint64_t divisor) { return (dividend + divisor - 1) / divisor; }

// Returns how many of the positions 0 ... end - 1 belong to class number `index`, if the classes take turns.
uint64_t TurnsBelow(uint64_t end, uint64_t index, uint64_t classes) { return (end + classes - 1 - index) / classes; }

}  // namespace

Sampler::Sampler(std::vector<Block> blocks, SamplerOptions options)
    : blocks_(std::move(blocks)), options_(std::move(options)) {
  assert(options_.segment_epochs >= 1 && options_.batch_size >= 1);
  for (const Block& block : blocks_) {
    samples_ += block.count;
    cost_ += CostOf(block);
    largest_ = std::max(largest_, CostOf(block));
  }
  whole_ = cost_ <= options_.segment_bytes;
  assert(options_.labels.empty() || options_.labels.size() >= samples_);
  assert(options_.sample_weights.empty() || options_.sample_weights.size() >= samples_);
  std::vector<bool> has;
  for (const Block& block : blocks_) {
    for (uint32_t i = 0; i < block.count && !options_.labels.empty(); ++i) {
      const uint32_t label = options_.labels[block.first + i];
      if (label >= has.size()) has.resize(label + 1);
      has[label] = true;
    }
  }
  for (uint32_t label = 0; label < has.size(); ++label) {
    if (has[label]) classes_.push_back(label);
  }
}

// Returns the blocks in the order in which they are dealt; kSequential: as they are stored. Otherwise the blocks are
// cut, in order, into groups of `segments` neighbours. The deck is one block of each group, then a second one of each,
// and so on, so each segment gets about one block from every part of the split. The order of the groups is random:
// where blocks differ in size, some segments get a few blocks more or fewer than one of each group, and these must not
// always be from neighbouring groups.
std::vector<uint32_t> Sampler::Deck(uint64_t walk, uint64_t segments) const {
  std::vector<uint32_t> blocks(blocks_.size());
  std::iota(blocks.begin(), blocks.end(), 0);
  if (options_.order == Order::kSequential || blocks.empty()) return blocks;
  const size_t size = std::min<uint64_t>(segments, blocks.size());
  std::vector<size_t> groups(DivideUp(blocks.size(), size));
  std::iota(groups.begin(), groups.end(), 0);
  Rng rng(options_.seed, Domain::kSegment, static_cast<uint32_t>(walk * options_.segment_epochs), 0);
  Shuffle(std::span(groups), rng);
  for (size_t first = 0; first < blocks.size(); first += size) {
    Shuffle(std::span(blocks).subspan(first, std::min(size, blocks.size() - first)), rng);
  }
  std::vector<uint32_t> deck;
  deck.reserve(blocks.size());
  for (size_t turn = 0; turn < size; ++turn) {
    for (const size_t group : groups) {
      if (const size_t at = group * size + turn; at < blocks.size()) deck.push_back(blocks[at]);
    }
  }
  return deck;
}

std::vector<Sampler::SegmentPlan> Sampler::Deal(uint64_t walk) const {
  // A segment ends as soon as its equal share of the cost has been dealt, so it exceeds the share by less than one
  // block. With this number of segments, share + largest block <= segment_bytes: no segment is cut short by the limit,
  // and all are about equally large. (If a block is larger than half of the limit, that does not hold, and the limit
  // alone keeps the bound.)
  const uint64_t size = std::max<uint64_t>(options_.segment_bytes, 1);
  const uint64_t count = whole_ ? 1 : DivideUp(cost_, size - std::min(largest_, size / 2));
  const uint64_t share = DivideUp(cost_, count);
  std::vector<SegmentPlan> segments;
  uint64_t dealt = 0, held = 0;
  for (const uint32_t block : Deck(walk, count)) {
    const uint64_t cost = CostOf(blocks_[block]);
    if (segments.empty() || held + cost > options_.segment_bytes || dealt >= segments.size() * share) {
      segments.emplace_back();
      held = 0;
    }
    segments.back().blocks.push_back(block);
    held += cost;
    dealt += cost;
  }
  // Ascending, so that a segment is read in the order in which it lies on the disk.
  for (SegmentPlan& segment : segments) std::sort(segment.blocks.begin(), segment.blocks.end());
  SetLengths(&segments);
  return segments;
}

void Sampler::SetLengths(std::vector<SegmentPlan>* segments) const {
  if (options_.order == Order::kWeighted) {
    std::vector<double> weights;
    for (const SegmentPlan& segment : *segments) weights.push_back(WeightOf(segment));
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<uint64_t> units;
    for (const double weight : weights)
      units.push_back(static_cast<uint64_t>(std::llround(weight / sum * kShareUnits)));
    const std::vector<uint32_t> lengths = Hamilton(static_cast<uint32_t>(samples_), units);
    for (size_t i = 0; i < lengths.size(); ++i) (*segments)[i].length = lengths[i];
  } else {
    for (SegmentPlan& segment : *segments) {
      for (const uint32_t block : segment.blocks) segment.length += blocks_[block].count;
    }
  }
  uint64_t first = 0;
  for (SegmentPlan& segment : *segments) first = (segment.first = first) + segment.length;
}

Sampler::Round Sampler::RoundOf(const std::vector<SegmentPlan>& segments, uint64_t walk, uint64_t position) const {
  const uint64_t rounds = options_.segment_epochs;
  const uint64_t walk_begin = walk * rounds * samples_;
  assert(WalkOf(position) == walk);
  uint32_t number = 0;
  while (walk_begin + (segments[number].first + segments[number].length) * rounds <= position) ++number;
  const SegmentPlan& segment = segments[number];
  const uint64_t segment_begin = walk_begin + segment.first * rounds;
  const uint64_t round = (position - segment_begin) / segment.length;
  const uint64_t begin = segment_begin + round * segment.length;
  return {number, static_cast<uint32_t>(walk * rounds + round), begin, begin + segment.length};
}

SampleOrder Sampler::OrderOf(const SegmentPlan& segment, const Round& round) const {
  std::vector<SampleId> ids = SamplesOf(segment);
  if (options_.order == Order::kWeighted) {
    std::vector<double> cumulative;
    cumulative.reserve(ids.size());
    double sum = 0;
    for (const SampleId id : ids) cumulative.push_back(sum += WeightOf(id));
    return SampleOrder(std::move(ids), std::move(cumulative), segment.length, options_.seed, round.epoch,
                       static_cast<uint32_t>(segment.first));
  }
  Rng rng(options_.seed, Domain::kOrder, round.epoch, round.segment);
  if (options_.order != Order::kSequential) Shuffle(std::span(ids), rng);
  if (options_.order == Order::kBalanced) return SampleOrder(BalancedPicks(std::move(ids), round, rng));
  if (options_.order == Order::kStratified) return SampleOrder(StratifiedPicks(ids, round, rng));
  std::vector<Pick> picks;
  picks.reserve(ids.size());
  for (const SampleId id : ids) picks.push_back({id, 0});
  return SampleOrder(std::move(picks));
}

std::vector<Pick> Sampler::BalancedPicks(std::vector<SampleId> ids, const Round& round, Rng& rng) const {
  std::stable_sort(ids.begin(), ids.end(), [this](SampleId a, SampleId b) { return LabelOf(a) < LabelOf(b); });
  struct Class {
    std::span<SampleId> ids;
    uint64_t quota = 0;
  };
  std::vector<Class> classes;
  uint64_t given = 0;
  for (size_t begin = 0, index = 0; begin < ids.size(); ++index) {
    if (LabelOf(ids[begin]) != classes_[index]) continue;  // the segment lacks this class
    size_t end = begin + 1;
    while (end < ids.size() && LabelOf(ids[end]) == classes_[index]) ++end;
    const uint64_t quota =
        TurnsBelow(round.end, index, classes_.size()) - TurnsBelow(round.begin, index, classes_.size());
    classes.push_back({std::span(ids).subspan(begin, end - begin), quota});
    given += quota;
    begin = end;
  }
  for (uint64_t turn = round.begin; given < ids.size(); ++turn, ++given) ++classes[turn % classes.size()].quota;

  std::vector<Pick> picks;
  picks.reserve(ids.size());
  for (const Class& one : classes) {
    for (uint64_t i = 0; i < one.quota; ++i) {
      const uint64_t at = i % one.ids.size();
      if (at == 0 && i > 0) Shuffle(one.ids, rng);
      picks.push_back({one.ids[at], static_cast<uint32_t>(i / one.ids.size())});
    }
  }
  Shuffle(std::span(picks), rng);
  return picks;
}

std::vector<Pick> Sampler::StratifiedPicks(const std::vector<SampleId>& ids, const Round& round, Rng& rng) const {
  std::vector<SampleId> queues = ids;
  std::stable_sort(queues.begin(), queues.end(), [this](SampleId a, SampleId b) { return LabelOf(a) < LabelOf(b); });
  std::vector<size_t> next;    // by class of the segment: index in `queues` of its next sample
  std::vector<uint64_t> left;  // by class of the segment: number of its samples left
  for (size_t i = 0; i < queues.size(); ++i) {
    if (i == 0 || LabelOf(queues[i]) != LabelOf(queues[i - 1])) {
      next.push_back(i);
      left.push_back(0);
    }
    ++left.back();
  }
  std::vector<Pick> picks;
  picks.reserve(ids.size());
  for (uint64_t position = round.begin; position < round.end;) {
    const uint64_t edge = std::min(NextBatchEdge(position), round.end);
    const std::vector<uint32_t> quotas = Hamilton(static_cast<uint32_t>(edge - position), left);
    const size_t first = picks.size();
    for (size_t i = 0; i < quotas.size(); ++i) {
      for (uint32_t taken = 0; taken < quotas[i]; ++taken) picks.push_back({queues[next[i]++], 0});
      left[i] -= quotas[i];
    }
    Shuffle(std::span(picks).subspan(first), rng);
    position = edge;
  }
  return picks;
}

uint64_t Sampler::NextBatchEdge(uint64_t position) const {
  const uint64_t size = options_.batch_size;
  if (options_.batches_span_epochs) return (position / size + 1) * size;
  const uint64_t epoch_begin = position / samples_ * samples_;
  return epoch_begin + std::min(((position - epoch_begin) / size + 1) * size, samples_);
}

std::vector<SampleId> Sampler::SamplesOf(const SegmentPlan& segment) const {
  uint64_t count = 0;
  for (const uint32_t block : segment.blocks) count += blocks_[block].count;
  std::vector<SampleId> ids;
  ids.reserve(count);
  for (const uint32_t block : segment.blocks) {
    for (uint32_t i = 0; i < blocks_[block].count; ++i) ids.push_back(blocks_[block].first + i);
  }
  return ids;
}

double Sampler::WeightOf(SampleId id) const {
  return options_.sample_weights.empty() ? options_.class_weights[LabelOf(id)] : options_.sample_weights[id];
}

double Sampler::WeightOf(const SegmentPlan& segment) const {
  double sum = 0;
  for (const uint32_t block : segment.blocks) {
    for (uint32_t i = 0; i < blocks_[block].count; ++i) sum += WeightOf(blocks_[block].first + i);
  }
  return sum;
}

uint64_t Sampler::table_bytes() const {
  return blocks_.capacity() * sizeof(Block) + options_.labels.capacity() * sizeof(uint32_t) +
         (options_.class_weights.capacity() + options_.sample_weights.capacity()) * sizeof(double);
}

}  // namespace dataset
