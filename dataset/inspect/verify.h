#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"

namespace dataset {

struct VerifyReport {
  uint64_t files = 0;
  uint64_t records = 0;
  uint64_t bytes = 0;
  std::vector<std::string> problems;  // one line each: file, record, offset, cause; empty: all is well
  std::vector<std::string> notes;     // worth knowing, but no damage
};

// Reads every byte of a dataset folder: every CRC, every Example and its keys, the .idx, and the counts and checksums
// of dataset.json; or of other programs' files (those that FindForeignFiles finds), whose records need not be Examples.
// Names the first damage of each file and goes on to the next. Never throws for damage.
VerifyReport VerifyDataset(const std::filesystem::path& path, Progress& progress);

}  // namespace dataset
