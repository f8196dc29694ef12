#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "dataset/compile/compile_part.h"
#include "dataset/compile/shard_state.h"
#include "dataset/io/sync.h"

namespace dataset {

// What lies in the folder of an incomplete dataset (proto/FORMAT.md, section 2). Workers in other processes and on
// other machines may write to it at the same time: each its own part and the shards of its own share.
class IncompleteDataset {
 public:
  // `folder` exists.
  explicit IncompleteDataset(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // All parts, by number. Throws Error for parts of different datasets or numbers of workers.
  struct Parts {
    std::vector<CompilePart> parts;
    uint32_t workers = 0;  // 0: there are no parts
  };
  Parts LoadParts() const;
  void PublishPart(const CompilePart& part, const WorkerShare& share, Sync sync) const;

  // The state of a shard of the dataset that `info` describes, if it is finished and its file is whole.
  std::optional<ShardState> LoadFinished(const std::string& shard, const DatasetInfo& info) const;

  bool HasFinishedShards() const;

  std::filesystem::path statistics() const { return folder_ / "statistics.json"; }

  // Removes everything but shards and indices.
  void RemoveWorkFiles() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace dataset
