#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dataset/catalog/manifest.h"

namespace dataset {

// Returns the order of the samples of a split over its shards, by the rule of proto/FORMAT.md, section 2 ("Placement"):
// indices into manifest.entries, each as often as the entry's `repeat`. Depends only on the arguments.
std::vector<uint32_t> PlaceSamples(const Manifest& manifest, Split split, uint64_t seed);

// Returns the number of shards by TFDS's rule (proto/FORMAT.md, section 2). `payload_bytes` is the estimated sum over
// all n samples; n is at least 1.
uint32_t DefaultShardCount(uint64_t payload_bytes, uint32_t n);

// Returns how many shards of `shard_bytes` bytes the samples need: at least 1, at most n.
uint32_t ShardCountBySize(uint64_t payload_bytes, uint32_t n, uint64_t shard_bytes);

// Returns the places [first, last), of n, that shard number `shard` of `shards` holds.
std::pair<uint32_t, uint32_t> ShardRange(uint32_t n, uint32_t shard, uint32_t shards);

}  // namespace dataset
