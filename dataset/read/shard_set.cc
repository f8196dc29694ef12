#include "dataset/read/shard_set.h"

#include <algorithm>

#include "dataset/io/file.h"
#include "dataset/io/readable_file.h"

namespace dataset {

namespace fs = std::filesystem;

namespace {

const DatasetSplit& FindSplit(const fs::path& folder, const DatasetInfo& info, Split split) {
  const DatasetSplit* const described = info.Find(split);
  if (described != nullptr) return *described;
  std::string have;
  for (const DatasetSplit& s : info.splits) have += (have.empty() ? "" : ", ") + std::string(NameOf(s.split));
  for (const std::string& note : info.notes) have += "; " + note;
  throw Error(folder, "has no split " + std::string(NameOf(split)) + ", only " + have);
}

void CheckSize(const fs::path& path, uint64_t bytes, const ShardInfo& shard) {
  if (bytes == shard.bytes) return;
  const std::string wanted =
      shard.foreign ? " bytes, but when it was opened it had " : " bytes, but dataset.json says ";
  throw Error(path, "has " + std::to_string(bytes) + wanted + std::to_string(shard.bytes));
}

std::vector<IndexEntry> LoadIndex(const fs::path& shard_path, const ShardInfo& shard) {
  if (shard.foreign) return shard.foreign->index;
  const fs::path path = shard_path.string() + ".idx";
  std::vector<IndexEntry> entries = ParseIndex(ReadFile(path), shard.bytes, path.string());
  if (entries.size() != shard.records) {
    throw Error(path, "has " + std::to_string(entries.size()) + " records, but dataset.json says " +
                          std::to_string(shard.records));
  }
  return entries;
}

}  // namespace

void CheckShards(const fs::path& folder, const DatasetInfo& info, Split split) {
  for (const ShardInfo& shard : FindSplit(folder, info, split).shards) {
    const fs::path path = folder / shard.name;
    CheckSize(path, ReadableFile(path).size(), shard);
    if (info.compression == RecordCompression::kNone) LoadIndex(path, shard);
  }
}

ShardSet::ShardSet(const fs::path& folder, const DatasetInfo& info, Split split) {
  const DatasetSplit& described = FindSplit(folder, info, split);
  if (info.compression != RecordCompression::kNone) {
    throw Error(folder, "its shards are compressed (" + std::string(NameOf(info.compression)) +
                            ") and cannot be streamed; compile the dataset again without compression");
  }
  files_.reserve(described.shards.size());
  for (const ShardInfo& shard : described.shards) {
    const fs::path path = folder / shard.name;
    CheckSize(path, files_.emplace_back(path).size(), shard);
    first_.push_back(size());
    for (const IndexEntry& entry : LoadIndex(path, shard)) offsets_.push_back(entry.offset);
    bytes_ += shard.bytes;
  }
  offsets_.shrink_to_fit();
}

ShardSet::Location ShardSet::Locate(SampleId id) const {
  const auto after = std::upper_bound(first_.begin(), first_.end(), id);
  const auto shard = static_cast<uint32_t>(after - first_.begin() - 1);
  const bool last = id + 1 == (after == first_.end() ? size() : *after);
  const uint64_t end = last ? files_[shard].size() : offsets_[id + 1];
  return {shard, offsets_[id], end - offsets_[id]};
}

Place ShardSet::PlaceOf(SampleId id) const {
  const Location location = Locate(id);
  return {files_[location.shard].path().string(), id - first_[location.shard], location.offset};
}

}  // namespace dataset
