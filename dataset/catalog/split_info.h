#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/split.h"

namespace dataset {

// The number of samples in one split.
struct SplitCount {
  Split split = Split::kTrain;
  uint32_t samples = 0;
  std::vector<uint32_t> samples_per_class;  // by label
};

// split.json in memory, with the fields of proto/dataset_info.proto.
struct SplitInfo {
  std::string tool_version;
  std::string root;  // raw root; absolute, or relative to the folder of split.json
  uint64_t seed = 0;
  std::vector<std::string> classes;
  std::vector<SplitCount> splits;  // in the order of kSplits; only splits with samples
  uint32_t skipped_hidden = 0;
  uint32_t skipped_not_image = 0;
  uint32_t rejected = 0;
  uint32_t duplicates_dropped = 0;
  uint32_t groups = 0;
  std::string fingerprint;
  std::map<std::string, std::string> options;
};

// Parses an untrusted split.json. Throws Error, which names `file`, for another format version, a missing root, a split
// that does not exist or is out of order, and counts that do not add up.
SplitInfo ParseSplitInfo(std::string_view json, const std::string& file);
std::string FormatSplitInfo(const SplitInfo& info);
// Reads FOLDER/split.json. If it is missing, the Error says that FOLDER is not a complete split folder.
SplitInfo LoadSplitInfo(const std::filesystem::path& folder);
// Returns the raw root that FOLDER/split.json names. A relative root is joined to `split_folder`. The root need not
// exist.
std::filesystem::path LoadSplitRoot(const std::filesystem::path& split_folder);

}  // namespace dataset
