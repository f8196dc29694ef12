#pragma once

#include <string>

#include "dataset/catalog/dataset_info.h"

namespace dataset {

// Of info's manifest_sha256, classes and options (proto/FORMAT.md, section 6).
std::string Fingerprint(const DatasetInfo& info);

}  // namespace dataset
