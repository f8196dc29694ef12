#pragma once

#include <string>

#include "dataset/catalog/dataset_info.h"

namespace dataset {

// Returns the fingerprint of info's manifest_sha256, classes and options (proto/FORMAT.md, section 6), as 64 hex
// digits.
std::string Fingerprint(const DatasetInfo& info);

}  // namespace dataset
