#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "dataset/io/sync.h"
#include "train/features/feature_store.h"

namespace train {

struct FeatureFolderOptions {
  std::filesystem::path folder;  // made if it is missing; may be shared by runs at the same time
  uint64_t most_bytes = 0;       // of all its files; to make room, those that were not used for the longest time go
  std::string key;               // all that tables depend on beside the layers and the view
  int64_t classes = 0;           // labels are below it
  dataset::Sync sync = dataset::Sync::kYes;
  std::function<void(const std::string&)> warn;  // gets what went wrong; may be empty
};

// Keeps each table in a file of a folder (proto/FORMAT.md, section 11). A file is published by a rename, read only if
// its checksum is right, and never changed. Of the folder no file is removed but those that have the names of its own.
class FeatureFolder : public FeatureStore {
 public:
  explicit FeatureFolder(FeatureFolderOptions options) : options_(std::move(options)) {}

  void UseLayers(const std::string& hash) override { layers_ = hash; }
  std::optional<FeatureTable> Find(const std::string& view, uint64_t samples) override;
  std::unique_ptr<Writer> Begin(const std::string& view, uint64_t samples, const torch::Tensor& first) override;
  bool HasRoom(uint64_t bytes) const override { return bytes <= options_.most_bytes; }

 private:
  std::string KeyOf(const std::string& view) const;

  FeatureFolderOptions options_;
  std::string layers_;
};

}  // namespace train
