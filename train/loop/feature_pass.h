#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "train/features/feature_store.h"
#include "train/features/feature_table.h"
#include "train/loop/batch_stream.h"
#include "train/loop/feature_extractor.h"

namespace train {

// A pass over a stream that gives each sample once, by id.
struct FeaturePass {
  const FeatureExtractor& extractor;
  const BatchStream& stream;
  const FeatureView& view;
  Mirror mirror = Mirror::kNo;  // kLeftRight: mirror images are computed, too
};

// Gets the features of a batch that has any, and those of its mirror images if they were asked for.
using UseFeatures = std::function<void(BatchFeatures features, const torch::Tensor& mirrored)>;

// Takes the features from the view's store if it has them; else computes them, and keeps them there if all samples can
// be read. The batches are the same in both cases. After each batch calls `advance` with its number of samples, then
// `stop`; if that returns true, the result is false. Both may be empty.
bool ForEachFeatures(const FeaturePass& pass, const std::function<bool()>& stop,
                     const std::function<void(int)>& advance, const UseFeatures& use);

struct CollectedFeatures {
  std::optional<FeatureTable> table;  // nullopt: not all samples can be read, or `stopped`
  bool stopped = false;
};
// Returns the features of all samples: in memory if they are known not to exceed `most_bytes` or have no room in the
// store, else in its file. A row has at most `row_bytes`.
CollectedFeatures CollectFeatures(const FeaturePass& pass, uint64_t row_bytes, uint64_t most_bytes,
                                  const std::function<bool()>& stop, const std::function<void(int)>& advance);

}  // namespace train
