#include "dataset/compile/placement.h"

#include <algorithm>
#include <cassert>
#include <span>
#include <tuple>

#include "dataset/base/random.h"
#include "dataset/record/record_format.h"

namespace dataset {

std::vector<uint32_t> PlaceSamples(const Manifest& manifest, Split split, uint64_t seed) {
  struct Row {
    uint32_t entry;
    uint32_t position;  // the place among the split's samples, sorted by path
  };
  const std::vector<uint32_t> labels = manifest.Labels();
  std::vector<std::vector<Row>> rows(manifest.classes.size());
  uint32_t position = 0;
  for (uint32_t i = 0; i < manifest.entries.size(); ++i) {
    if (manifest.entries[i].split != split) continue;
    for (uint32_t copy = 0; copy < manifest.entries[i].repeat; ++copy) rows[labels[i]].push_back({i, position++});
  }

  struct Placed {
    double key;
    uint32_t label;
    uint32_t entry;  // sorts as the path does, since entries are sorted by path
  };
  std::vector<Placed> placed;
  placed.reserve(position);
  for (uint32_t label = 0; label < rows.size(); ++label) {
    Rng order(seed, Domain::kPlacement, 0, label);
    Shuffle(std::span<Row>(rows[label]), order);
    const double n = static_cast<double>(rows[label].size());
    for (size_t rank = 0; rank < rows[label].size(); ++rank) {
      const Row& row = rows[label][rank];
      const double u = Rng(seed, Domain::kPlacement, 1, row.position).Uniform();
      placed.push_back({(static_cast<double>(rank) + u) / n, label, row.entry});
    }
  }
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.key, a.label, a.entry) < std::tie(b.key, b.label, b.entry);
  });

  std::vector<uint32_t> order;
  order.reserve(placed.size());
  for (const Placed& sample : placed) order.push_back(sample.entry);
  return order;
}

uint32_t ShardCountBySize(uint64_t payload_bytes, uint32_t n, uint64_t shard_bytes) {
  const uint64_t total = payload_bytes + kRecordOverheadBytes * n;
  return static_cast<uint32_t>(std::clamp<uint64_t>((total + shard_bytes - 1) / shard_bytes, 1, n));
}

uint32_t DefaultShardCount(uint64_t payload_bytes, uint32_t n) {
  constexpr uint64_t kMaxShardBytes = uint64_t{1} << 30;
  constexpr uint64_t kMinShardBytes = uint64_t{64} << 20;
  constexpr uint64_t kMany = 1024;
  const uint64_t total = payload_bytes + kRecordOverheadBytes * n;
  const uint64_t min_shards = total / kMaxShardBytes;
  const uint64_t max_shards = total / kMinShardBytes;
  if (min_shards <= kMany && kMany <= max_shards && n >= kMany) return kMany;
  if (min_shards > kMany) return static_cast<uint32_t>((min_shards + kMany - 1) / kMany * kMany);
  for (uint32_t shards = 512; shards >= 2; shards /= 2) {
    if (min_shards <= shards && shards <= max_shards && shards <= n) return shards;
  }
  return 1;
}

std::pair<uint32_t, uint32_t> ShardRange(uint32_t n, uint32_t shard, uint32_t shards) {
  assert(shard < shards);
  const auto bound = [&](uint64_t i) { return static_cast<uint32_t>(uint64_t{n} * i / shards); };
  return {bound(shard), bound(uint64_t{shard} + 1)};
}

}  // namespace dataset
