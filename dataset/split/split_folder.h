#pragma once

#include <filesystem>
#include <string>

#include "dataset/split/split_tree.h"
#include "dataset/split/splitter.h"

namespace dataset {

enum class SamplesJson { kNo, kYes };

struct SplitFolderOptions {
  std::filesystem::path folder;  // created if absent; must not lie within a raw folder that was scanned
  bool overwrite = false;        // another split in the folder may be replaced
  SamplesJson samples_json = SamplesJson::kNo;
  Materialize materialize = Materialize::kNone;
  int jobs = 1;             // threads that make the trees
  std::string config_toml;  // the content of config.toml; begins with `raw = `
  std::string tool_version;
};

struct PublishedSplit {
  bool written = true;  // false: the folder held this split already
  bool locked = true;   // false: the file system has no locks, so that another writer would not be noticed
};

// Writes manifest.csv, classes.txt, config.toml, the lists, pictures and trees of proto/FORMAT.md, section 1, and, last
// of all, split.json.
//
// If the folder holds a complete split with the same fingerprint and `overwrite` is false, its manifest stays, even if
// a person has corrected it. The samples JSON and the trees that the options ask for are then made from that manifest,
// unless a tree of it is there already, and split.json gets the current time.
//
// Throws Error, unless `overwrite`, if the folder holds a split with another fingerprint, or another manifest.csv
// without split.json; `overwrite` removes all files of the old split. Throws Error in any case for files of these names
// that dsplit has not written, and if another process publishes into the folder. Throws Error::Usage if the output
// folder lies within the raw folder, and if the list, the raw folder or a photo of the list lies where the output's
// files or trees would be.
PublishedSplit PublishSplit(const SplitReport& report, const SplitFolderOptions& options);

}  // namespace dataset
