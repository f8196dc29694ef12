#pragma once

#include <string>
#include <vector>

#include "dataset/compile_options.h"
#include "dataset/dataset_info.h"
#include "dataset/progress.h"

namespace dataset {

struct Reject {
  std::string path;
  std::string reason;
};

struct CompileReport {
  DatasetInfo info;
  std::vector<Reject> rejects;  // of this run, sorted by path
  bool unchanged = false;       // the same fingerprint was there already: only dataset.json's time was touched
  bool interrupted = false;     // options.stop said so: nothing was published
};

// Builds the dataset of proto/FORMAT.md, sections 2-6, in a folder beside the output and renames it when complete.
// Files that are no readable image are listed in rejected.csv; a file that cannot be read at all, a full disk or an
// output that exists with another fingerprint (Existing::kRefuse) is an Error and publishes nothing. A split or a class
// left without records is an Error too. Memory: a few pictures per job.
CompileReport CompileDataset(const CompileOptions& options, Progress& progress);

}  // namespace dataset
