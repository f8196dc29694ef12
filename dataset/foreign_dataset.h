#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "dataset/dataset_info.h"

namespace dataset {

// What tells how TFRecord files that dscompile did not write are to be read (proto/FORMAT.md, section 10).
struct ForeignOptions {
  std::map<std::string, std::string> keys;  // role -> key, of SampleKeys
  std::optional<uint32_t> label_base;       // number of the first class; default 0
  std::filesystem::path classes;            // file of class names; empty: one beside the files, if there is one
  std::optional<PixelLayout> layout;        // of pixels; default: as each record tells
  std::string scale;                        // of floats: byte, unit, signed, standard; empty: as the first records tell

  bool operator==(const ForeignOptions&) const = default;
};

// Whether a folder without a dataset.json is dscompile's all the same: not finished, or damaged.
bool IsHalfCompiled(const std::filesystem::path& path);

// The description of a dataset: dataset.json of a folder that has one, else that of the TFRecord files which `path`
// (a folder, a file, or a pattern of glob(7)) means. These are walked over: framing, lengths' CRCs and labels of all
// records, the content of the first. The info then has each shard's index, and Loader and ShardSet take it, with `path`
// for the folder, like a compiled dataset's. Throws Error for damage, for records that cannot be read so, and for a
// half-compiled folder; Error::Usage for options that do not fit, such as any of them for a compiled dataset.
DatasetInfo OpenDataset(const std::filesystem::path& path, const ForeignOptions& options = {});

}  // namespace dataset
