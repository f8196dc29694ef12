#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataset/catalog/split.h"
#include "dataset/load/bad_samples.h"
#include "dataset/load/batch.h"
#include "dataset/load/loader_options.h"
#include "train/features/feature_store.h"
#include "train/loop/frozen_features.h"
#include "train/loop/ridge_head.h"
#include "train/run/planned_run.h"
#include "train/run/sized_loader.h"

namespace train {

// Returns how a split of the run's dataset is loaded: train with its augmentation, in the run's order, at
// InputSize::kFull; others in evaluation's view, each sample once.
dataset::LoaderOptions MakeLoaderOptions(const PlannedRun& run, dataset::Split split,
                                         dataset::BufferAllocator* allocator);

// Returns where the run keeps features, which is told of what it does not change: the data, the network but for its
// weights, and how it is computed. nullptr: nowhere. `warn` gets what went wrong.
std::unique_ptr<FeatureStore> MakeFeatureStore(const PlannedRun& run, std::function<void(const std::string&)> warn);
// Returns a split in evaluation's view for that store, which may be nullptr.
FeatureView MakeEvalView(const PlannedRun& run, dataset::Split split, FeatureStore* store);

// Returns train as the run trains on it if nothing in it is random; else nullopt. `run`, `train` and `bad`, which
// becomes the unreadable samples, must outlive the result.
std::optional<FixedTrain> MakeFixedTrain(const PlannedRun& run, const SizedLoader& train,
                                         dataset::BufferAllocator* allocator, FeatureStore* store,
                                         std::vector<dataset::BadSample>& bad);

// Returns train for a head that is solved: each sample once, in evaluation's view. The memory is the train loader's,
// which reads nothing before its first epoch. `run` and `bad`, which becomes the unreadable samples, must outlive the
// result.
RidgeHeadOptions MakeRidgeOptions(const PlannedRun& run, dataset::BufferAllocator* allocator, FeatureStore* store,
                                  std::vector<dataset::BadSample>& bad);

}  // namespace train
