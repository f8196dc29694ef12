#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/split.h"

namespace dataset {

struct SplitCount {
  Split split = Split::kTrain;
  uint32_t samples = 0;
  std::vector<uint32_t> samples_per_class;
};

// split.json in memory; the fields are those of proto/dataset_info.proto.
struct SplitInfo {
  std::string tool_version;
  std::string root;  // raw root, absolute or relative to split.json's folder
  uint64_t seed = 0;
  std::vector<std::string> classes;
  std::vector<SplitCount> splits;  // in the order of kSplits; only those with samples
  uint32_t skipped_hidden = 0;
  uint32_t skipped_not_image = 0;
  uint32_t rejected = 0;
  uint32_t duplicates_dropped = 0;
  uint32_t groups = 0;
  std::string fingerprint;
  std::map<std::string, std::string> options;
};

// Untrusted: checks version, split names, counts that add up. Throws Error naming `file`.
SplitInfo ParseSplitInfo(std::string_view json, const std::string& file);
std::string FormatSplitInfo(const SplitInfo& info);
// Reads FOLDER/split.json; without it says that FOLDER is not a complete split folder.
SplitInfo LoadSplitInfo(const std::filesystem::path& folder);
// The raw root that FOLDER/split.json names, a relative one joined to `split_folder`. Does not ask whether it exists.
std::filesystem::path LoadSplitRoot(const std::filesystem::path& split_folder);

}  // namespace dataset
