#pragma once

#include <filesystem>

#include "dataset/io/sync.h"

namespace dataset {

// What happens to the content that an earlier run left in the staging folder.
enum class Leftovers { kRemove, kKeep };

// A folder that is written as `.NAME.incomplete` beside its place and renamed to NAME when it is complete, so NAME is
// never half written. If a run is killed, the next run removes what it left, or goes on with it. Not thread-safe; a
// target must have one writer at a time.
class StagingFolder {
 public:
  // Makes the staging folder, and the parent folders if they are missing. If an earlier run was killed while it
  // replaced NAME, NAME's old folder is put back first. Throws Error naming the path.
  explicit StagingFolder(const std::filesystem::path& target, Leftovers leftovers = Leftovers::kRemove);
  ~StagingFolder();  // removes the folder if it was not published, unless Keep() was called
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // The path of the staging folder of a target: `.NAME.incomplete`.
  static std::filesystem::path PathOf(const std::filesystem::path& target);

  // From now on the destructor keeps the folder, because a later run can go on with its content.
  void Keep() { keep_ = true; }

  // Puts the folder in its place. A folder that is there already is moved aside first and removed last; if the rename
  // fails, it is put back and an Error is thrown.
  void Publish(Sync sync);

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
  std::filesystem::path replaced_;
  bool keep_ = false;
};

}  // namespace dataset
