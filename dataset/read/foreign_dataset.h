#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "dataset/catalog/dataset_info.h"
#include "dataset/sample/scale.h"

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

// Describes the TFRecord files that `path` means: a folder, a file, or a pattern of glob(7). Reads the framing, the CRC
// of each length and the label of every record, and the content of the first records only. The result has the index of
// each shard. Throws Error for damage and for records that cannot be read with these options, Error::Usage for options
// that do not fit the records. Uses several threads.
DatasetInfo DescribeForeign(const std::filesystem::path& path, const ForeignOptions& options);

}  // namespace dataset
