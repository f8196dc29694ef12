#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dataset/catalog/manifest.h"

namespace dataset {

// The order of one split's samples over its shards: indices into manifest.entries, an entry as often as its `repeat`,
// by the rule of proto/FORMAT.md, section 2. Pure in (manifest, seed).
std::vector<uint32_t> PlaceSamples(const Manifest& manifest, Split split, uint64_t seed);

// TFDS's rule for the number of shards (FORMAT.md, section 2). payload_bytes is the estimated sum for n > 0 samples.
uint32_t DefaultShardCount(uint64_t payload_bytes, uint32_t n);

// As many as shards of `shard_bytes` need, at most n.
uint32_t ShardCountBySize(uint64_t payload_bytes, uint32_t n, uint64_t shard_bytes);

// Places [first, last) of shard `shard` of `shards` for n samples.
std::pair<uint32_t, uint32_t> ShardRange(uint32_t n, uint32_t shard, uint32_t shards);

}  // namespace dataset
