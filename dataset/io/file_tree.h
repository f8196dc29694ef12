#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/progress.h"

namespace dataset {

// Everything that lies in a folder and below it. All lists are sorted bytewise. Paths are relative to the folder, with
// '/' between their parts.
struct FileTree {
  std::vector<std::string> folders;
  std::vector<std::string> files;   // regular files
  std::vector<std::string> others;  // pipes, devices, sockets
};

// Whether a name is left out, a folder with all that lies in it. `path` is relative to the root; that of a folder, or
// of a link to one, ends in '/'. It need not be UTF-8.
using TreeFilter = std::function<bool(std::string_view path)>;

// Lists the tree below `root`. Links are followed; no file is opened. The result does not depend on the order in which
// directories list their names. `skips` is asked once for each name, by one thread. Throws Error with the path for a
// loop of links, for a folder or link that cannot be read, and for a name that is not UTF-8, unless `skips` leaves it
// out.
FileTree ScanFileTree(const std::filesystem::path& root, const TreeFilter& skips, Progress& progress);

}  // namespace dataset
