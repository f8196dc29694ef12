#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "dataset/base/progress.h"
#include "dataset/catalog/split.h"
#include "dataset/io/sync.h"
#include "dataset/read/foreign_dataset.h"

namespace dataset {

struct ExtractOptions {
  std::filesystem::path path;      // dataset or TFRecord file
  std::filesystem::path output;    // folder
  ForeignOptions foreign;          // of other programs' files
  std::optional<Split> split;      // of a folder: this one alone
  std::optional<uint64_t> record;  // this one alone, counted within its split or file
  bool overwrite = false;          // replace an output folder that is not empty, whatever it holds
  Sync sync = Sync::kYes;
};

// Writes records back as image files OUTPUT/SPLIT/CLASS/NAME, those of a single file as OUTPUT/CLASS/NAME: `compressed`
// ones byte by byte, named by what they are, pixels as PNG. NAME is the last part of image/filename, else the record's
// number; a name that is taken gets a number, so that the result does not depend on threads. Names from records never
// lead out of their folder. The folder is written beside its place and renamed when complete; Errors publish nothing.
// Returns the number of files.
uint64_t ExtractImages(const ExtractOptions& options, Progress& progress);

}  // namespace dataset
