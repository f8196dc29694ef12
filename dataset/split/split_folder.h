#pragma once

#include <filesystem>
#include <string>

#include "dataset/split/split_tree.h"
#include "dataset/split/splitter.h"

namespace dataset {

enum class SamplesJson { kNo, kYes };

struct SplitFolderOptions {
  std::filesystem::path folder;  // made if absent; not within a raw root that is scanned
  bool overwrite = false;        // replace another split
  SamplesJson samples_json = SamplesJson::kNo;
  Materialize materialize = Materialize::kNone;
  int jobs = 1;             // threads, for trees
  std::string config_toml;  // written to the folder as it is
  std::string tool_version;
};

// Writes manifest.csv, classes.txt, config.toml, the lists, pictures and trees of proto/FORMAT.md, section 1, and,
// last, split.json. A folder that holds a complete split of the same fingerprint keeps its files, so a corrected
// manifest stays: only what is asked for beside it is made from that manifest where it is missing or of another one,
// split.json's time is touched, and the result is false. A split of another fingerprint, or another manifest.csv
// without split.json, is an Error unless `overwrite`; then everything of the old split goes.
bool PublishSplit(const SplitReport& report, const SplitFolderOptions& options);

}  // namespace dataset
