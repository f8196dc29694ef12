#include "dataset/shard_set.h"

#include <algorithm>

namespace dataset {

namespace fs = std::filesystem;

ShardSet::ShardSet(const fs::path& folder, const DatasetInfo& info, Split split) {
  const DatasetSplit* const described = info.Find(split);
  if (described == nullptr) {
    std::string have;
    for (const DatasetSplit& s : info.splits) have += (have.empty() ? "" : ", ") + std::string(SplitName(s.split));
    throw Error(Place{folder.string(), {}, {}}, "has no split " + std::string(SplitName(split)) + ", only " + have);
  }
  files_.reserve(described->shards.size());
  for (const ShardInfo& shard : described->shards) {
    const fs::path path = folder / shard.name;
    const ReadableFile& file = files_.emplace_back(path);
    if (file.size() != shard.bytes) {
      throw Error(Place{path.string(), {}, {}}, "has " + std::to_string(file.size()) +
                                                    " bytes, but dataset.json says " + std::to_string(shard.bytes));
    }
    const fs::path index_path = path.string() + ".idx";
    const std::vector<IndexEntry> entries = ParseIndex(ReadFile(index_path), shard.bytes, index_path.string());
    if (entries.size() != shard.records) {
      throw Error(
          Place{index_path.string(), {}, {}},
          "has " + std::to_string(entries.size()) + " records, but dataset.json says " + std::to_string(shard.records));
    }
    first_.push_back(size());
    const uint32_t number = shards() - 1;
    for (const IndexEntry& entry : entries) locations_.push_back({number, entry.offset, entry.size});
    bytes_ += shard.bytes;
  }
}

Place ShardSet::PlaceOf(SampleId id) const {
  const Location& location = locations_[id];
  return {files_[location.shard].path().string(), id - first_[location.shard], location.offset};
}

}  // namespace dataset
