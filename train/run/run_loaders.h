#pragma once

#include <vector>

#include "dataset/catalog/split.h"
#include "dataset/load/bad_samples.h"
#include "dataset/load/batch.h"
#include "dataset/load/loader_options.h"
#include "train/loop/ridge_head.h"
#include "train/run/planned_run.h"

namespace train {

// Returns how a split of the run's dataset is loaded: train with its augmentation, in the run's order, at
// InputSize::kFull; others in evaluation's view, each sample once.
dataset::LoaderOptions MakeLoaderOptions(const PlannedRun& run, dataset::Split split,
                                         dataset::BufferAllocator* allocator);

// Returns train for a head that is solved: each sample once, in evaluation's view. The memory is the train loader's,
// which reads nothing before its first epoch. `run` and `bad`, which becomes the unreadable samples, must outlive the
// result.
RidgeHeadOptions MakeRidgeOptions(const PlannedRun& run, dataset::BufferAllocator* allocator,
                                  std::vector<dataset::BadSample>& bad);

}  // namespace train
