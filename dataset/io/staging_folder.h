#pragma once

#include <filesystem>

#include "dataset/io/sync.h"

namespace dataset {

enum class Leftovers { kRemove, kKeep };

// A folder that is written as `.NAME.incomplete` beside its place and put there when complete, so that NAME is never
// half there. A run that was killed leaves nothing but what the next one removes or goes on with. Not thread-safe.
class StagingFolder {
 public:
  // Makes the folder; parents too. `leftovers`: what an earlier run left in it.
  explicit StagingFolder(const std::filesystem::path& target, Leftovers leftovers = Leftovers::kRemove);
  ~StagingFolder();  // removes what was not published, unless Keep() was called
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // `.NAME.incomplete` of a target.
  static std::filesystem::path PathOf(const std::filesystem::path& target);

  // From now on what is in the folder is worth going on with.
  void Keep() { keep_ = true; }

  // Puts the folder in its place; a folder that lies there is moved aside first and removed last.
  void Publish(Sync sync);

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
  std::filesystem::path replaced_;
  bool keep_ = false;
};

}  // namespace dataset
