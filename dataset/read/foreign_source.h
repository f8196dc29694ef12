#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/catalog/foreign_format.h"
#include "dataset/read/foreign_files.h"
#include "dataset/read/foreign_label.h"
#include "dataset/sample/sample_keys.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"

namespace dataset {

// How to read TFRecord files that dscompile did not write (proto/FORMAT.md, section 10).
struct ForeignOptions {
  std::map<std::string, std::string> keys;  // role -> key, as in SampleKeys
  std::optional<uint32_t> label_base;       // the label of the first class; default 0
  std::filesystem::path classes;            // file of class names (class_map.h); empty: FindClassMap beside the records
  std::optional<PixelLayout> layout;        // of pixels; default: as each record tells
  std::optional<ScaleMode> scale;           // of floats; default: measured on the first records

  bool operator==(const ForeignOptions&) const = default;
};

// Files of another program, and how their records are read.
struct ForeignSource {
  std::vector<ForeignFile> files;
  std::vector<std::string> notes;      // on files that are not read
  std::vector<std::string> class_map;  // names of all classes; empty: no file names them
  std::filesystem::path class_file;    // the file that does
  ForeignClasses classes;              // without a class map, a label may be any below 2^20
  SampleKeys keys;
  ForeignFormat format;
  Store store = Store::kCompressed;
  Scale scale;  // of floats
  // Of the first records, if they hold image files: how many were looked at, and how many have more than 8 bits a
  // channel.
  int looked = 0, deep = 0;
};

// Which record tells what all records hold.
enum class FirstRecord {
  kTells,        // the first one must
  kMayBeBroken,  // one of the first that can be read; files may be compressed as a whole
};

// Finds the files that `path` means (foreign_files.h) and looks into their first records. Throws Error if these cannot
// be read with the options, Error::Usage for options that do not fit the records.
ForeignSource OpenForeignSource(const std::filesystem::path& path, const ForeignOptions& options, FirstRecord first);

}  // namespace dataset
