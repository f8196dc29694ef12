#pragma once

#include <filesystem>

#include "dataset/file.h"

namespace dataset {

// A folder that is written as `.NAME.incomplete` beside its place and put there when complete, so that NAME is never
// half there. A run that was killed leaves nothing but what the next one removes. Not thread-safe.
class StagingFolder {
 public:
  // Makes the folder, empty; parents too.
  explicit StagingFolder(const std::filesystem::path& target);
  ~StagingFolder();  // removes what was not published
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // Puts the folder in its place; a folder that lies there is moved aside first and removed last.
  void Publish(Sync sync);

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
  std::filesystem::path replaced_;
  bool published_ = false;
};

}  // namespace dataset
