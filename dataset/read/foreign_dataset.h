#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "dataset/catalog/dataset_info.h"
#include "dataset/sample/scale.h"

namespace dataset {

// What tells how TFRecord files that dscompile did not write are to be read (proto/FORMAT.md, section 10).
struct ForeignOptions {
  std::map<std::string, std::string> keys;  // role -> key, of SampleKeys
  std::optional<uint32_t> label_base;       // number of the first class; default 0
  std::filesystem::path classes;            // file of class names; empty: one beside the files, if there is one
  std::optional<PixelLayout> layout;        // of pixels; default: as each record tells
  std::optional<ScaleMode> scale;           // of floats; default: as the first records tell

  bool operator==(const ForeignOptions&) const = default;
};

// The description of the TFRecord files that `path` (a folder, a file, or a pattern of glob(7)) means. All their
// records are walked over: framing, lengths' CRCs and labels; of the first ones also the content. The info then has
// each shard's index. Throws Error for damage and for records that cannot be read so; Error::Usage for options that do
// not fit.
DatasetInfo DescribeForeign(const std::filesystem::path& path, const ForeignOptions& options);

}  // namespace dataset
