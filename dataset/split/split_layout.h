#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "dataset/catalog/split.h"
#include "dataset/io/file_tree.h"
#include "dataset/split/split_options.h"

namespace dataset {

// What the folders of a raw root are: splits, which hold the classes, or classes.
struct SplitLayout {
  std::map<std::string, Split, std::less<>> splits;  // by the folder's name; empty: the root's folders are classes
  std::vector<std::string> notes;                    // sentences: which folders were taken as which splits
  std::vector<std::string> warnings;                 // sentences: classes with names of splits
};

// The root's folders are splits if one that has files has the name of a split (ParseSplit), unless
// - options.split_folders is kNone, or
// - other folders have files, and in all those with names of splits the files lie directly, as in a class "train".
// Throws Error, which names the folders and the cure, for splits without train, for two folders with files of one split
// and for another folder with files beside splits. A folder without files decides nothing.
SplitLayout FindSplitLayout(const FileTree& tree, const std::filesystem::path& root, const SplitOptions& options);

}  // namespace dataset
