#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/compile/compile_plan.h"
#include "dataset/compile/incomplete_dataset.h"
#include "dataset/compile/shard_state.h"

namespace dataset {

// One for each shard, in order; nullopt: it is not finished.
using ShardStates = std::vector<std::optional<ShardState>>;

// Returns the states of the shards with these names. Reads the whole files of finished shards.
ShardStates LoadFinished(const IncompleteDataset& incomplete, const std::vector<std::string>& shards,
                         const DatasetInfo& info, Progress& progress);

// Drops the states of shards whose photos have changed since: by their stamp, or because a rejected file would not be
// rejected now (a person may have mended it).
void DropChanged(const CompileOptions& options, const CompileInput& input,
                 const std::vector<const PlannedShard*>& shards, ShardStates* states);

std::vector<Reject> SortedRejects(const ShardStates& states);
SourceNotes SumNotes(const ShardStates& states);  // all must be finished

}  // namespace dataset
