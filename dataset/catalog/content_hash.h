#pragma once

#include <string>

#include "dataset/catalog/dataset_info.h"

namespace dataset {

// Returns the hash of what the shards hold (proto/FORMAT.md, section 6, "Content"), as 64 hex digits. It differs for
// other photos under the same names, which the fingerprint does not cover. Reads no file.
std::string ContentHash(const DatasetInfo& info);

}  // namespace dataset
