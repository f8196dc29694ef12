#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/compile/compile_options.h"
#include "dataset/compile/shard_state.h"
#include "dataset/io/existing_output.h"

namespace dataset {

struct CompileReport {
  enum class Outcome {
    kPublished,    // the dataset is complete and in its place
    kUnchanged,    // a dataset with the same fingerprint was there; at most the time of its dataset.json was set
    kShareDone,    // CompileWork::kShare: the worker's shards are finished
    kSummed,       // CompileWork::kStatistics: the file is written
    kInterrupted,  // options.stop returned true; finished shards stay for ExistingOutput::kResume
  };
  Outcome outcome = Outcome::kPublished;
  DatasetInfo info;  // complete for kPublished and kUnchanged; otherwise without counts, or empty
  // The rejects of the dataset (kPublished) or the share (kShareDone), sorted by path. Empty if an earlier run had
  // written the whole dataset.
  std::vector<Reject> rejects;
  SourceNotes notes;                  // of the same records
  std::vector<std::string> warnings;  // one line each, about the photos and folds
  uint32_t shards = 0;                // the number of shards in this run's share
  uint32_t shards_reused = 0;         // how many of them an earlier run had finished
  bool locked = true;                 // false: the file system has no locks, so another writer would not be noticed
};

// Compiles the dataset of proto/FORMAT.md, sections 2-6, in a folder beside the output, and renames the folder when it
// is complete. options.work can ask for a worker's share only, for the end of what workers began, or for statistics.
//
// Files that are not readable images are listed in rejected.csv; more of them than options.max_bad allows are an Error.
// Throws Error, and publishes nothing, for a file that cannot be read at all, a failed write, an output with another
// fingerprint (unless ExistingOutput::kOverwrite), and a split or class that is left without records. Finished shards
// then stay for ExistingOutput::kResume, which compiles those anew whose photos have changed. Throws Error, and changes
// nothing, if another process writes the dataset (or the worker's share), and if the output holds files that are none
// of a dataset. Throws Error::Usage as Validate does.
//
// Memory: a few pictures per job, and up to 64 MiB of records that wait to be written in order. The bytes of the
// dataset do not depend on options.jobs.
CompileReport CompileDataset(const CompileOptions& options, Progress& progress);

}  // namespace dataset
