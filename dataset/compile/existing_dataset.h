#pragma once

#include <string>

#include "dataset/catalog/dataset_info.h"
#include "dataset/compile/compile_options.h"
#include "dataset/io/existing_output.h"
#include "dataset/io/staging_folder.h"

namespace dataset {

// Whether `folder` holds a whole dataset with this fingerprint. Checks dataset.json, and that the shards are there with
// the right sizes and valid .idx files; reads no record. Returns false for a dataset with another fingerprint. Throws
// Error if the folder has no valid dataset.json, or if the dataset has this fingerprint but is damaged.
bool IsIntact(const std::filesystem::path& folder, const std::string& fingerprint);

// The own files of a dataset folder, for StagingFolder: those of proto/FORMAT.md, section 2, by their names.
IsOwnFile DatasetFilesOf(const std::filesystem::path& folder);

// Whether options.output already holds the whole dataset that `info` describes, so that nothing needs to be done.
// Returns false if the dataset may be compiled there: the output does not exist, is an empty folder or, with
// ExistingOutput::kOverwrite, holds any dataset. Throws Error if it may not: the output is not a folder, is not empty
// and has no dataset.json of dscompile or, without kOverwrite, holds another or a damaged dataset.
bool IsUpToDate(const CompileOptions& options, const DatasetInfo& info);

// Returns, in words, the first difference of two datasets in what decides their bytes, such as "resize: 256 there, 160
// here".
std::string Difference(const DatasetInfo& there, const DatasetInfo& here);

}  // namespace dataset
