#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/catalog/split.h"
#include "dataset/io/sync.h"
#include "dataset/read/foreign_dataset.h"

namespace dataset {

struct ContactSheetOptions {
  std::filesystem::path path;    // dataset or TFRecord file
  std::filesystem::path output;  // a JPEG file
  ForeignOptions foreign;        // how to read other programs' files
  std::optional<Split> split;    // of a folder: this split only; nullopt: all
  uint32_t per_class = 8;        // pictures of each class, 1 ... 1000
  uint32_t size = 96;            // pixels of a picture's longer side, 16 ... 1024
  Sync sync = Sync::kYes;
};

struct ContactSheetReport {
  uint32_t classes = 0;
  uint64_t pictures = 0;
  std::vector<std::string> unreadable;  // place and reason of each; crossed out on the sheet
};

// Draws a JPEG sheet of the first records of each class, in their order. Each class is a row with its name and its
// number of records (in the file or the chosen splits). If one column of classes would be too high, there are several.
// The same input gives the same bytes. Throws Error for damaged records and for a sheet that is too large, Error::Usage
// for options out of range.
ContactSheetReport WriteContactSheet(const ContactSheetOptions& options, Progress& progress);

}  // namespace dataset
