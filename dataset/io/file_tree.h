#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"

namespace dataset {

// What lies in a folder and everywhere below it. All lists are sorted bytewise; paths are relative, '/' between parts.
struct FileTree {
  std::vector<std::string> folders;
  std::vector<std::string> files;   // regular ones
  std::vector<std::string> others;  // pipes, devices, sockets
  uint32_t hidden = 0;              // names that begin with a dot; what is in a hidden folder is not counted
};

// Links are followed; no file is opened. Throws Error naming the path for a link loop, for what cannot be read and for
// a name that is not UTF-8. The result does not depend on the order of the directories.
FileTree ScanFileTree(const std::filesystem::path& root, Progress& progress);

}  // namespace dataset
