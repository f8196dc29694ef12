#pragma once

#include <filesystem>

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_source.h"

namespace dataset {

// Describes the TFRecord files that `path` means: a folder, a file, or a pattern of glob(7). Reads the framing, the CRC
// of each length and the label of every record, and the content of the first records only. The result has the index of
// each shard, and notes. A test split in which no record has a label is left out with a note. Throws Error for damage
// and for records that cannot be read with these options, Error::Usage for options that do not fit the records. Uses
// several threads.
DatasetInfo DescribeForeign(const std::filesystem::path& path, const ForeignOptions& options);

}  // namespace dataset
