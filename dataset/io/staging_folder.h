#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "dataset/io/file_lock.h"
#include "dataset/io/sync.h"

namespace dataset {

// What happens to the content that an earlier run left in the staging folder.
enum class Leftovers { kRemove, kKeep };

// Tells of the files in a folder, by their paths within it with '/' between the parts, whether the program that
// replaces the folder has written them.
using IsOwnFile = std::function<bool(const std::string& path)>;
using OwnFilesOf = std::function<IsOwnFile(const std::filesystem::path& folder)>;

// Throws Error, which names the file, if the folder holds one that is not its own.
void RefuseOthersFiles(const std::filesystem::path& folder, const IsOwnFile& own);
// Removes the files that are its own, then the folders that are empty. Throws Error if other files are left.
void RemoveOwnFiles(const std::filesystem::path& folder, const IsOwnFile& own);

// A folder that is written as `.NAME.incomplete` beside its place and renamed to NAME when it is complete, so NAME is
// never half written. If a run is killed, the next run removes what it left, or goes on with it. Files in NAME that are
// not its own are never removed. Not thread-safe; a target must have one writer at a time.
class StagingFolder {
 public:
  // Makes the staging folder, and the parent folders if they are missing. If an earlier run was killed while it
  // replaced NAME, NAME's old folder is put back first. Throws Error naming the path, also if NAME holds a file that is
  // not its own.
  StagingFolder(const std::filesystem::path& target, OwnFilesOf own, Leftovers leftovers = Leftovers::kRemove);
  ~StagingFolder();  // removes the folder if it was not published, unless Keep() was called
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // The path of the staging folder of a target: `.NAME.incomplete`.
  static std::filesystem::path PathOf(const std::filesystem::path& target);
  // The path of the file that the writer of a target holds: `.NAME.lock`.
  static std::filesystem::path LockOf(const std::filesystem::path& target);
  // Makes the parent folders and takes the lock. Throws Error, which names the other process, if one holds it.
  static FileLock Lock(const std::filesystem::path& target);

  // From now on the destructor keeps the folder, because a later run can go on with its content.
  void Keep() { keep_ = true; }

  // Puts the folder in its place. A folder that is there already is moved aside first, and its own files are removed
  // last; if the rename fails, it is put back and an Error is thrown. Throws Error too if the old folder has got other
  // files meanwhile, and names where they are.
  void Publish(Sync sync);

 private:
  std::filesystem::path target_;
  OwnFilesOf own_;
  std::filesystem::path path_;
  std::filesystem::path replaced_;
  bool keep_ = false;
};

}  // namespace dataset
