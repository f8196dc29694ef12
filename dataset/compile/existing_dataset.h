#pragma once

#include <string>

#include "dataset/catalog/dataset_info.h"
#include "dataset/compile/compile_options.h"
#include "dataset/io/existing_output.h"

namespace dataset {

// Whether the folder holds the dataset of this fingerprint. Throws Error if it holds a damaged one, or none.
bool IsIntact(const std::filesystem::path& folder, const std::string& fingerprint);

// Whether options.output is the dataset that `info` describes already, and whole. Throws Error for an output that may
// not become it: what is no dataset, and without ExistingOutput::kOverwrite another or a damaged dataset.
bool IsUpToDate(const CompileOptions& options, const DatasetInfo& info);

// The first thing that decides the bytes and is not the same, in words.
std::string Difference(const DatasetInfo& there, const DatasetInfo& here);

}  // namespace dataset
