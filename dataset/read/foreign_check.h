#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/read/foreign_source.h"

namespace dataset {

// What a check of another program's files found.
struct ForeignCheck {
  uint64_t files = 0;
  uint64_t records = 0;
  uint64_t bytes = 0;                 // of all framed records
  std::vector<std::string> problems;  // one line each, in the order of files and records
  std::vector<std::string> notes;     // facts that are worth knowing but no damage, one line each
};

// Reads every byte of the TFRecord files that `path` means, checks all CRCs and decodes every picture. A problem is a
// record that is no Example, that lacks a picture or a label, whose picture does not decode, or whose label is no
// class; and damage of the framing, behind which the rest of its file is not read. A test split in which no record has
// a label is a note, as are files that have no records and such that FindForeignFiles tells. Files may be compressed as
// a whole. Throws Error if there are no such files or none of their first records can be read, Error::Usage for options
// that do not fit. The result is the same for any number of threads.
ForeignCheck CheckForeign(const std::filesystem::path& path, const ForeignOptions& options, Progress& progress);

}  // namespace dataset
