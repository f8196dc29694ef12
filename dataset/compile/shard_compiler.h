#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/compile/compile_plan.h"
#include "dataset/compile/shard_state.h"

namespace dataset {

struct RejectCount {
  uint64_t rejected = 0;  // rejects of shards that are finished already
  uint64_t samples = 0;   // samples of the whole dataset
};

// Compiles shards into the folder of an incomplete dataset: reads and encodes photos in parallel, writes records in
// order, and writes a shard's .state last. The bytes do not depend on options.jobs. Returns false if options.stop ended
// the run. Throws Error for a file that cannot be read, for a failed write, and if the rejects, including `before`,
// exceed options.max_bad; of several errors the first in the order of the samples. Finished shards stay. Memory: a few
// pictures per job, and up to 64 MiB of records that wait for an earlier one.
bool CompileShards(const CompileOptions& options, const CompileInput& input,
                   const std::vector<const PlannedShard*>& shards, const RejectCount& before,
                   const std::filesystem::path& folder, Progress& progress);

}  // namespace dataset
