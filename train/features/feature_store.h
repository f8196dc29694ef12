#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/features/feature_table.h"

namespace train {

// Keeps tables of features, so that later runs need not compute them. A table is found again only if all that its
// numbers depend on is the same; of this, the store has been told what a run does not change. A store never fails: if
// it cannot keep or read a table, it tells the user, and the table is computed. Not thread-safe.
class FeatureStore {
 public:
  // Takes a table, batch by batch. A writer that is destroyed without Finish leaves nothing.
  class Writer {
   public:
    virtual ~Writer() = default;
    // `rows` as RowsOf gives them.
    virtual void Add(const torch::Tensor& rows, const std::vector<int64_t>& labels) = 0;
    virtual void Finish() = 0;  // after all samples
  };

  virtual ~FeatureStore() = default;

  // From now on all tables are of the layers with this hash (train/network/layer_hash.h).
  virtual void UseLayers(const std::string& hash) = 0;
  // Returns the table of so many samples in a view; nullopt: there is none.
  virtual std::optional<FeatureTable> Find(const std::string& view, uint64_t samples) = 0;
  // Returns the writer of a table whose rows are as those of `first`; nullptr: there is no room for it.
  virtual std::unique_ptr<Writer> Begin(const std::string& view, uint64_t samples, const torch::Tensor& first) = 0;
  // Whether a table of so many bytes would have room.
  virtual bool HasRoom(uint64_t bytes) const = 0;
};

// A split seen without anything random, whose features a store may keep.
struct FeatureView {
  FeatureStore* store = nullptr;  // nullptr: none
  std::string name;               // all that says what of the dataset is seen, and how
  uint64_t samples = 0;           // of the split
  uint64_t batch_size = 1;        // of the passes over it
};

}  // namespace train
