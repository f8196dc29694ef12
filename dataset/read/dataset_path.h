#pragma once

#include <filesystem>

namespace dataset {

// Throws Error if `path` is plainly something else than a dataset, which comes before one or after it: photos, a list
// of them, the folder of a split, a run, the dataset.json itself, or nothing at all. The message says what it is and
// what makes a dataset of it. Returns for all else, also for a pattern.
void RefuseOtherPaths(const std::filesystem::path& path);

// Whether there may be a dataset: something is at `path`, or it is a pattern of glob(7), which opening it expands.
bool MayBeThere(const std::filesystem::path& path);

}  // namespace dataset
