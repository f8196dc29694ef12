#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/catalog/split.h"
#include "dataset/split/split_options.h"

namespace dataset {

// A file that may become a row of the manifest.
struct SourceSample {
  std::string path;            // relative to the root
  std::string label;           // empty: it lies in no class folder, or label_regex does not match its name
  std::optional<Split> split;  // ready-made
  std::string column;          // what group_by's column has
};

// Where the photos come from. Nothing is known of the files' contents yet.
struct SampleSource {
  std::filesystem::path root;         // absolute, without links
  std::vector<SourceSample> samples;  // sorted by path; paths are unique
  // Names of class folders (also of those without files), sorted. Empty where labels are read from names or a list.
  std::vector<std::string> class_folders;
  bool ready_made = false;            // the splits are there already
  std::string list_sha256;            // of a list's bytes; empty: a folder
  uint32_t hidden = 0;                // skipped names that begin with a dot
  std::vector<std::string> no_files;  // skipped pipes and the like, sorted
};

// Reads the folder or the list that the options name. An image's class is the root's subfolder that it lies in, at any
// depth. Splits are ready-made if all of the root's visible folders have the name of a split and train is among them,
// or if a list has a column "split". Throws Error, or Error::Usage for options that do not fit the source.
SampleSource ReadSampleSource(const SplitOptions& options, Progress& progress);

}  // namespace dataset
