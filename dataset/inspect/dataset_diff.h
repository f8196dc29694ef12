#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"

namespace dataset {

// The differences of two datasets A and B. Each entry is one printable line. Lists of samples are sorted by name.
struct DatasetDiff {
  std::vector<std::string> facts;       // store, options, classes, counts, order: "resize: 256 -> 160"
  std::vector<std::string> only_a;      // samples that only A has
  std::vector<std::string> only_b;      //
  std::vector<std::string> moved;       // "NAME: train -> val"
  std::vector<std::string> relabelled;  // "NAME: cat -> dog"
  std::vector<std::string> changed;     // samples of the same name with another content

  bool Equal() const;
};

// Compares two dataset folders, or two TFRecord files of any origin. Samples are matched by image/filename, else by
// their bytes; samples of the same name are matched in order. Reads every record of both and keeps a name and a hash of
// each in memory. Throws Error for damage, Error::Usage for a folder and a file.
DatasetDiff DiffDatasets(const std::filesystem::path& a, const std::filesystem::path& b, Progress& progress);

}  // namespace dataset
