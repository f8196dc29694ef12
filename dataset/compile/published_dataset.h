#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "dataset/catalog/manifest.h"
#include "dataset/compile/compile_part.h"
#include "dataset/compile/shard_state.h"
#include "dataset/io/sync.h"

namespace dataset {

// Adds the counts, sizes and pixel sums of all shards to *info, whose splits and shards are planned. `states` has one
// state, never nullopt, for each of its shards in order. Throws Error, which names `manifest_file`, if a split or a
// class of the manifest is left without records.
void FillCounts(const Manifest& manifest, const std::vector<std::optional<ShardState>>& states,
                const std::filesystem::path& manifest_file, DatasetInfo* info);

// Writes all files of a dataset except shards and indices; dataset.json is the last. `rejects` must be sorted by path.
void WriteDatasetFiles(const CompilePart& part, const std::vector<Reject>& rejects, const std::filesystem::path& folder,
                       Sync sync);

}  // namespace dataset
