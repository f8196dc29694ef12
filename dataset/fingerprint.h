#pragma once

#include <map>
#include <string>

#include "dataset/compile_options.h"
#include "dataset/dataset_info.h"

namespace dataset {

// The options that decide the bytes of a dataset, those of other stores left out.
std::map<std::string, std::string> DecidingOptions(const CompileOptions& options);

// Of info's manifest_sha256, classes and options (proto/FORMAT.md, section 6).
std::string Fingerprint(const DatasetInfo& info);

}  // namespace dataset
