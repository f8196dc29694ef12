#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"

namespace dataset {

// What is not the same in two datasets A and B. Each entry is one printable line; the lists of samples are sorted by
// name.
struct DatasetDiff {
  std::vector<std::string> facts;       // store, options, classes, counts, order: "resize: 256 -> 160"
  std::vector<std::string> only_a;      // samples
  std::vector<std::string> only_b;      //
  std::vector<std::string> moved;       // "NAME: train -> val"
  std::vector<std::string> relabelled;  // "NAME: cat -> dog"
  std::vector<std::string> changed;     // same name, another content

  bool Equal() const;
};

// Compares two dataset folders, or two TFRecord files of any origin. A sample is known by image/filename, or else by
// its bytes; where a name is there several times, its samples are compared in turn. Reads every record of both and
// keeps a name and a hash of each. Throws Error for damage, Error::Usage for a folder and a file.
DatasetDiff DiffDatasets(const std::filesystem::path& a, const std::filesystem::path& b, Progress& progress);

}  // namespace dataset
