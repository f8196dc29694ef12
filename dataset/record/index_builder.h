#pragma once

#include <cstdint>
#include <filesystem>

#include "dataset/io/sync.h"

namespace dataset {

// Writes FILE.idx (proto/FORMAT.md, section 5) beside a TFRecord file of any origin, replacing an older one. Reads the
// whole file and checks every CRC. Throws Error, and writes nothing, if the file is damaged, truncated or compressed
// (the records of a compressed file have no offsets in it), and if FILE.idx is no index. Returns the number of records.
uint64_t BuildIndex(const std::filesystem::path& file, Sync sync);

}  // namespace dataset
