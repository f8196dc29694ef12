#pragma once

#include <filesystem>

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_dataset.h"

namespace dataset {

// Whether a folder without a dataset.json is nevertheless dscompile's: not finished, or damaged. It is if it holds a
// rejected.csv or a .state file, and no split.json, which is of dsplit.
bool IsHalfCompiled(const std::filesystem::path& path);

// Returns the description of a dataset: the content of dataset.json if the folder has one, else the result of
// DescribeForeign. Loader and ShardSet take either, with `path` as the folder. Throws Error for damage and if
// IsHalfCompiled(path), Error::Usage for options that do not fit; a compiled dataset takes no options.
DatasetInfo OpenDataset(const std::filesystem::path& path, const ForeignOptions& options = {});

}  // namespace dataset
