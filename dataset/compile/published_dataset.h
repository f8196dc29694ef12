#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "dataset/catalog/manifest.h"
#include "dataset/compile/compile_part.h"
#include "dataset/compile/shard_state.h"
#include "dataset/io/sync.h"

namespace dataset {

// Puts what the shards hold into the splits that *info plans; `states` are those of all its shards, in order. Throws
// Error for a split or a class of the manifest (named `manifest_file`) that is left without records.
void FillCounts(const Manifest& manifest, const std::vector<std::optional<ShardState>>& states,
                const std::filesystem::path& manifest_file, DatasetInfo* info);

// Writes everything of a dataset but shards and indices: dataset.json last. `rejects` are sorted by path.
void WriteDatasetFiles(const CompilePart& part, const std::vector<Reject>& rejects, const std::filesystem::path& folder,
                       Sync sync);

}  // namespace dataset
