#include "dataset/read/val_part.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/read/sample_peek.h"

namespace dataset {

namespace {

// How many of n different pictures are held out.
size_t HeldOut(size_t n, double fraction) {
  if (n < 2) return 0;
  const auto share = static_cast<size_t>(std::llround(fraction * static_cast<double>(n)));
  return std::clamp<size_t>(share, 1, n - 1);
}

uint64_t RankOf(const std::string& key) {
  const Sha256Digest digest = Sha256Of("val " + key);
  uint64_t rank = 0;
  for (size_t i = 0; i < sizeof(rank); ++i) rank = rank << 8 | digest[i];
  return rank;
}

void SetPart(std::vector<SampleId> ids, const std::vector<uint32_t>& labels, DatasetSplit* split) {
  split->records = static_cast<uint32_t>(ids.size());
  std::fill(split->records_per_class.begin(), split->records_per_class.end(), 0);
  for (const SampleId id : ids) ++split->records_per_class[labels[id]];
  split->part = std::make_shared<const std::vector<SampleId>>(std::move(ids));
}

}  // namespace

ValPart DealValPart(const std::vector<uint32_t>& labels, const std::vector<uint64_t>& ranks, double fraction) {
  assert(labels.size() == ranks.size());
  std::vector<SampleId> order(labels.size());
  for (SampleId id = 0; id < order.size(); ++id) order[id] = id;
  std::sort(order.begin(), order.end(), [&](SampleId a, SampleId b) {
    if (labels[a] != labels[b]) return labels[a] < labels[b];
    return ranks[a] != ranks[b] ? ranks[a] < ranks[b] : a < b;
  });
  const auto is_new = [&](size_t i) { return i == 0 || ranks[order[i]] != ranks[order[i - 1]]; };
  ValPart part;
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    size_t different = 0;
    for (; end < order.size() && labels[order[end]] == labels[order[begin]]; ++end) {
      different += end == begin || is_new(end);
    }
    size_t left = HeldOut(different, fraction);
    bool held = false;
    for (size_t i = begin; i < end; ++i) {
      const bool first = i == begin || is_new(i);
      if (first) held = left > 0;
      if (first && held) {
        --left;
        part.val.push_back(order[i]);
      } else if (!held) {
        part.train.push_back(order[i]);
      }
    }
  }
  std::sort(part.train.begin(), part.train.end());
  std::sort(part.val.begin(), part.val.end());
  return part;
}

std::vector<uint64_t> RanksOf(const ShardSet& shards, const DatasetInfo& info, int threads) {
  const std::vector<std::string> sources = SourcesOf(shards, info, threads);
  std::vector<uint64_t> ranks;
  ranks.reserve(sources.size());
  for (const std::string& source : sources) ranks.push_back(RankOf(source));
  return ranks;
}

DatasetInfo WithValPart(const std::filesystem::path& folder, DatasetInfo info, double fraction, int threads) {
  assert(info.Find(Split::kVal) == nullptr);
  const auto train = std::find_if(info.splits.begin(), info.splits.end(),
                                  [](const DatasetSplit& split) { return split.split == Split::kTrain; });
  if (train == info.splits.end()) return info;
  const ShardSet shards(folder, info, Split::kTrain);
  const std::vector<uint32_t> labels = LabelsOf(shards, info, Split::kTrain, threads);
  ValPart part = DealValPart(labels, RanksOf(shards, info, threads), fraction);
  if (part.val.empty()) {
    throw Error(folder, "has no class with two different pictures in train, so `val_fraction` can hold nothing out");
  }
  DatasetSplit val = *train;
  val.split = Split::kVal;
  val.rejected = val.repeated = 0;
  SetPart(std::move(part.val), labels, &val);
  SetPart(std::move(part.train), labels, &*train);
  info.splits.insert(train + 1, std::move(val));
  return info;
}

}  // namespace dataset
