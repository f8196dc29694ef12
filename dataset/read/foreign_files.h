#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/catalog/split.h"

namespace dataset {

// A TFRecord file of another program and the split that its records belong to.
struct ForeignFile {
  std::filesystem::path path;
  Split split = Split::kTrain;
  bool told = true;  // by a name; false: no name tells a split, so all is train
};

// Finds the TFRecord files that `path` means: a file, a folder with its sub-folders that are named as a split, or a
// pattern of glob(7). The result is in the order of split, folder, name and shard number. The split comes from names
// (proto/FORMAT.md, section 10).
//
// Throws Error, with the cure, if there is no file, if a file's split is not clear, if some files tell a split and
// others do not, if a folder has files of several names that tell none, or sub-folders with files that would not be
// read; if a shard NUMBER-of-COUNT is missing that the folder or the pattern should have given, if sets of different
// COUNTs are mixed, and if all of a split would be lost in files that hold TFRecords but have no name of theirs. Other
// such files of a folder are counted in a sentence that is added to *notes.
std::vector<ForeignFile> FindForeignFiles(const std::filesystem::path& path, std::vector<std::string>* notes);

}  // namespace dataset
