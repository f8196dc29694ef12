#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/progress.h"

namespace dataset {

struct ImageFile {
  std::string path;  // relative to the scanned folder, '/' between parts
  uint64_t size = 0;
};

// What lies in a folder and everywhere below it. All lists are sorted bytewise; paths are relative.
struct ImageFolder {
  std::vector<std::string> folders;
  std::vector<ImageFile> images;
  std::vector<std::string> not_images;  // no known image format, or no regular file
  uint32_t hidden = 0;                  // names that begin with a dot; what is in a hidden folder is not counted
};

// Images are told by their first bytes. Links are followed. Throws Error naming the path for a link loop, for what
// cannot be read and for a name that is not UTF-8. The result does not depend on the order of the directories or on
// threads.
ImageFolder ScanImageFolder(const std::filesystem::path& root, Progress& progress);

}  // namespace dataset
