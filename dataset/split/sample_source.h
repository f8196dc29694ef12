#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/catalog/split.h"
#include "dataset/source/name_filter.h"
#include "dataset/split/split_options.h"

namespace dataset {

// A file that may become a row of the manifest.
struct SourceSample {
  std::string path;            // relative to the root
  std::string label;           // empty: the file lies in no class folder, or label_regex does not match its name
  std::optional<Split> split;  // set if the split is ready-made
  std::string column;          // the value of group_by's column; empty for other keys
};

// The files that a folder or a list names. Their contents have not been read.
struct SampleSource {
  std::filesystem::path root;         // absolute, without symbolic links
  std::vector<SourceSample> samples;  // sorted by path; paths are unique
  // The names of the class folders, sorted; folders without files are included. Empty if labels come from file names.
  // For a list, the labels of its missing files.
  std::vector<std::string> class_folders;
  bool ready_made = false;            // every sample has its split already
  std::vector<std::string> notes;     // sentences on how the source was read
  std::vector<std::string> warnings;  // sentences on what is probably wrong in it
  std::string list_sha256;            // the sha256 of the list's bytes; empty if the source is a folder
  std::vector<SkippedName> skipped;   // names in the folder that give no sample, in no order
  std::vector<std::string> missing;   // listed paths without a file, as they are written, sorted
};

// Reads the folder or the list that the options name. In a folder, the class of an image is the subfolder of the root
// (or of the root's split folder) that it lies in, at any depth. The splits are ready-made if FindSplitLayout
// (dataset/split/split_layout.h) finds folders of splits, or if a column of a list gives them. Throws Error, or
// Error::Usage for options that do not fit the source.
SampleSource ReadSampleSource(const SplitOptions& options, Progress& progress);

}  // namespace dataset
