#pragma once

#include <filesystem>

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_dataset.h"

namespace dataset {

// Whether a folder without a dataset.json is dscompile's all the same: not finished, or damaged.
bool IsHalfCompiled(const std::filesystem::path& path);

// The description of a dataset: dataset.json of a folder that has one, else DescribeForeign. Loader and ShardSet take
// either, with `path` for the folder. Throws Error for damage and for a half-compiled folder; Error::Usage for options
// that do not fit, such as any of them for a compiled dataset.
DatasetInfo OpenDataset(const std::filesystem::path& path, const ForeignOptions& options = {});

}  // namespace dataset
