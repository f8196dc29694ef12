#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"

namespace dataset {

// Everything that lies in a folder and below it. All lists are sorted bytewise. Paths are relative to the folder, with
// '/' between their parts.
struct FileTree {
  std::vector<std::string> folders;
  std::vector<std::string> files;   // regular files
  std::vector<std::string> others;  // pipes, devices, sockets
  uint32_t hidden = 0;  // files and folders whose names begin with a dot; those inside a hidden folder are not counted
};

// Lists the tree below `root`. Links are followed; no file is opened. The result does not depend on the order in which
// directories list their names. Throws Error with the path for a loop of links, for a folder or link that cannot be
// read, and for a name that is not UTF-8.
FileTree ScanFileTree(const std::filesystem::path& root, Progress& progress);

}  // namespace dataset
