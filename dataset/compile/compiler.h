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
    kPublished,
    kUnchanged,    // the same fingerprint was there already: only dataset.json's time was touched
    kShareDone,    // CompileWork::kShare: the worker's shards are finished
    kSummed,       // CompileWork::kStatistics: the file is written
    kInterrupted,  // options.stop said so; finished shards stay for ExistingOutput::kResume
  };
  Outcome outcome = Outcome::kPublished;
  DatasetInfo info;             // of kPublished and kUnchanged; else without counts
  std::vector<Reject> rejects;  // of this dataset (kPublished) or share (kShareDone), sorted by path
  uint32_t shards = 0;          // of this run's share
  uint32_t shards_reused = 0;   // of these, finished by an earlier run
};

// Builds the dataset of proto/FORMAT.md, sections 2-6, in a folder beside the output and renames it when complete; or a
// worker's share of it, or the end of what workers began. Files that are no readable image are listed in rejected.csv,
// as many as options.max_bad allows; a file that cannot be read at all, a full disk or an output that exists with
// another fingerprint (unless ExistingOutput::kOverwrite) is an Error and publishes nothing, but finished shards stay
// for ExistingOutput::kResume. A split or a class left without records is an Error too. Memory: a few pictures per job.
CompileReport CompileDataset(const CompileOptions& options, Progress& progress);

}  // namespace dataset
