#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/read/foreign_source.h"

namespace dataset {

struct VerifyReport {
  uint64_t files = 0;
  uint64_t records = 0;
  uint64_t bytes = 0;                 // of all framed records
  std::vector<std::string> problems;  // one line each: file, record, offset, cause; empty: no damage
  std::vector<std::string> notes;     // facts that are worth knowing but no damage, one line each
};

enum class VerifyLevel {
  kBytes,     // the bytes are those that were written
  kPictures,  // and every picture decodes
};

// Reads every byte of a dataset folder and checks all CRCs, all Examples with their keys, the .idx files, and the
// counts and checksums of dataset.json. For other programs' files (those that FindForeignFiles finds), it checks the
// CRCs only, and notes records that are no Examples. Reports the first damage of each file and goes on to the next
// file. With kPictures, it also reports every record before that damage whose picture cannot be decoded, and every
// record of other programs without a picture or a label (foreign_check.h), which `foreign` tells how to read. The
// report does not depend on the number of threads. Never throws Error for damage; throws Error::Usage for options that
// do not apply.
VerifyReport VerifyDataset(const std::filesystem::path& path, VerifyLevel level, Progress& progress,
                           const ForeignOptions& foreign = {});

}  // namespace dataset
