#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "dataset/compile/compile_options.h"
#include "dataset/compile/compile_part.h"
#include "dataset/compile/shard_state.h"
#include "dataset/io/file_lock.h"
#include "dataset/io/sync.h"

namespace dataset {

// The folder of an incomplete dataset (proto/FORMAT.md, section 2). Workers in other processes and on other machines
// may write to it at the same time: each writes its own part and the shards of its own share.
class IncompleteDataset {
 public:
  // `folder` must exist.
  explicit IncompleteDataset(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Takes the lock of the one writer of options.output or, for CompileWork::kShare, of a worker's share of it. Throws
  // Error, which names the process, if another one writes the dataset or the share, or, unless for kShare, any share.
  static FileLock Lock(const CompileOptions& options);

  struct Parts {
    std::vector<CompilePart> parts;  // those that are there, in the order of the workers
    uint32_t workers = 0;            // how many workers there should be; 0: there are no parts
  };
  // Throws Error for a damaged part, and for parts of different datasets or numbers of workers.
  Parts LoadParts() const;
  void PublishPart(const CompilePart& part, const WorkerShare& share, Sync sync) const;

  // Returns the state of a shard of the dataset that `info` describes; nullopt unless the shard is finished and its
  // file has the right size and CRC. Throws Error for a damaged state.
  std::optional<ShardState> LoadFinished(const std::string& shard, const DatasetInfo& info) const;

  // Whether there is a finished shard, of any dataset. Does not look at its content.
  bool HasFinishedShards() const;

  // Makes all shards unfinished.
  void RemoveStates() const;

  std::filesystem::path statistics() const { return folder_ / "statistics.json"; }

  // Removes parts, states, statistics.json and files whose names begin with a dot.
  void RemoveWorkFiles() const;

 private:
  void RemoveAll(const std::function<bool(const std::string& name)>& which) const;
  std::filesystem::path folder_;
};

}  // namespace dataset
