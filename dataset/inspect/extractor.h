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
  std::filesystem::path output;    // the folder to write
  ForeignOptions foreign;          // how to read other programs' files
  std::optional<Split> split;      // of a folder: this split only; nullopt: all
  std::optional<uint64_t> record;  // this record only, counted from 0 within its split or file
  bool overwrite = false;          // replace an output folder that is not empty, whatever it holds
  Sync sync = Sync::kYes;
};

// Writes records back as image files OUTPUT/SPLIT/CLASS/NAME, or OUTPUT/CLASS/NAME for a single file. An image file in
// a record is copied byte by byte and gets the extension of its format; pixels are written as PNG. NAME is the last
// part of image/filename, else the record's number. If a name is taken, a number is added; names are given in the order
// of the records, so the result does not depend on threads. Names in records cannot lead out of their folder. The
// output is written beside its place and renamed when complete. Returns the number of files. Throws Error, and then
// publishes nothing, for damage, for a failed write and for an output folder that is not empty (unless `overwrite`);
// Error::Usage for an output that holds the records.
uint64_t ExtractImages(const ExtractOptions& options, Progress& progress);

}  // namespace dataset
