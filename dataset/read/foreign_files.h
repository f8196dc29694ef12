#pragma once

#include <filesystem>
#include <vector>

#include "dataset/catalog/split.h"

namespace dataset {

struct ForeignFile {
  std::filesystem::path path;
  Split split = Split::kTrain;
};

// The TFRecord files that `path` means: one file; a folder, with its sub-folders that are named as a split; or a
// pattern of glob(7). They come in the order of splits, then of names and shard numbers. Their names tell the split
// (proto/FORMAT.md, section 10); if none does, all are train. Throws Error if there are none, if some tell a split and
// others do not, and if a shard NUMBER-of-COUNT is missing or sets of several COUNTs are mixed; a file that a pattern
// would not have matched is not missed.
std::vector<ForeignFile> FindForeignFiles(const std::filesystem::path& path);

}  // namespace dataset
