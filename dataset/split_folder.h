#pragma once

#include <filesystem>
#include <string>

#include "dataset/splitter.h"

namespace dataset {

struct SplitFolderOptions {
  std::filesystem::path folder;  // made if absent; not within the raw root
  bool overwrite = false;        // replace another split
  std::string config_toml;       // written to the folder as it is
  std::string tool_version;
};

// Writes manifest.csv, classes.txt, config.toml and, last, split.json (proto/FORMAT.md, section 1). A folder that holds
// a complete split of the same fingerprint keeps its files, so a corrected manifest stays; only split.json's time is
// touched, and the result is false. A split of another fingerprint, or another manifest.csv without split.json, is an
// Error unless `overwrite`.
bool PublishSplit(const SplitReport& report, const SplitFolderOptions& options);

}  // namespace dataset
