#include "dataset/catalog/content_hash.h"

#include <filesystem>

#include "dataset/base/sha256.h"

namespace dataset {

std::string ContentHash(const DatasetInfo& info) {
  Sha256 hash;
  for (const DatasetSplit& split : info.splits) {
    for (const ShardInfo& shard : split.shards) {
      hash.Update(std::filesystem::path(shard.name).filename().string() + ' ' + std::to_string(shard.bytes) + ' ' +
                  std::to_string(shard.crc32c) + '\n');
    }
  }
  return hash.FinishHex();
}

}  // namespace dataset
