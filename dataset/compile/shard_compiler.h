#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/compile/compile_plan.h"
#include "dataset/compile/shard_state.h"

namespace dataset {

// Rejects so far of how many samples in all.
struct RejectCount {
  uint64_t rejected = 0;
  uint64_t samples = 0;
};

// Compiles shards into the folder of an incomplete dataset: photos are read and encoded in parallel, records are
// written in order, a shard's .state is the last of it. The bytes do not depend on options.jobs. False: options.stop
// said so. Throws Error for a file that cannot be read, a failed write and when the rejects exceed options.max_bad, of
// several the first in order; finished shards stay. Memory: a few pictures a job, and up to
// 64 MiB of records that wait for an earlier one.
bool CompileShards(const CompileOptions& options, const CompileInput& input,
                   const std::vector<const PlannedShard*>& shards, const RejectCount& before,
                   const std::filesystem::path& folder, Progress& progress);

}  // namespace dataset
