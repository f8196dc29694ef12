#pragma once

#include <cstdint>
#include <filesystem>

#include "dataset/io/sync.h"

namespace dataset {

// Writes FILE.idx (proto/FORMAT.md, section 5) beside a TFRecord file of any origin, replacing one that is there. Reads
// the whole file and checks every CRC. Throws Error for a damaged, truncated or compressed file, whose records have no
// offsets, and then writes nothing. Returns the number of records.
uint64_t BuildIndex(const std::filesystem::path& file, Sync sync);

}  // namespace dataset
