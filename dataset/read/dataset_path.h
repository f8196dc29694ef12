#pragma once

#include <filesystem>

namespace dataset {

// Throws Error if `path` is plainly something else than a dataset, which comes before one or after it: photos, a list
// of them, the folder of a split, a run, the dataset.json itself, or nothing at all. The message says what it is and
// what makes a dataset of it. Returns for all else, also for a pattern.
void RefuseOtherPaths(const std::filesystem::path& path);

}  // namespace dataset
