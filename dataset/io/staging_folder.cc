#include "dataset/io/staging_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/io/removal.h"
#include "dataset/io/sync.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

fs::path Beside(const fs::path& target, const char* suffix) {
  return target.parent_path() / ("." + target.filename().string() + suffix);
}

fs::path Canonical(const fs::path& target) {
  const fs::path canonical = fs::weakly_canonical(target);
  return canonical.has_filename() ? canonical : canonical.parent_path();
}

void Rename(const fs::path& from, const fs::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) throw Error::System(to, "cannot put in place", errno);
}

void RemoveAll(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) throw Error::System(path, "cannot remove", error.value());
}

// The files below a folder, by their paths within it. Links are not followed.
std::vector<std::string> FilesOf(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator item(folder, error), end; !error && item != end; item.increment(error)) {
    if (item->is_symlink() || !item->is_directory()) files.push_back(item->path().lexically_relative(folder).string());
  }
  if (error) throw Error::System(folder, "cannot list", error.value());
  // Bytewise from the end: hidden files, which tell what the folder is, come last.
  std::sort(files.rbegin(), files.rend());
  return files;
}

}  // namespace

void RefuseOthersFiles(const fs::path& folder, const IsOwnFile& own) {
  for (const std::string& file : FilesOf(folder)) {
    if (own(file)) continue;
    throw Error(folder, "holds " + Printable(file) +
                            ", which is none of its own files; move it away, or choose another "
                            "folder");
  }
}

void RemoveOwnFiles(const fs::path& folder, const IsOwnFile& own) {
  for (const std::string& file : FilesOf(folder)) {
    if (own(file)) RemoveFile(folder / file);
  }
  std::vector<fs::path> folders = {folder};
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (item.is_directory() && !item.is_symlink()) folders.push_back(item.path());
  }
  std::sort(folders.rbegin(), folders.rend());
  for (const fs::path& each : folders) RemoveIfEmpty(each);
  if (fs::exists(folder)) throw Error(folder, "holds files of another folder that was replaced; move them away");
}

fs::path StagingFolder::PathOf(const fs::path& target) { return Beside(Canonical(target), ".incomplete"); }
fs::path StagingFolder::LockOf(const fs::path& target) { return Beside(Canonical(target), ".lock"); }

FileLock StagingFolder::Lock(const fs::path& target) {
  const fs::path file = LockOf(target), parent = file.parent_path();
  std::error_code error;
  if (!parent.empty()) fs::create_directories(parent, error);
  if (error) throw Error::System(parent, "cannot create", error.value());
  return {file, target};
}

StagingFolder::StagingFolder(const fs::path& target, OwnFilesOf own, Leftovers leftovers)
    : target_(Canonical(target)), own_(std::move(own)), path_(PathOf(target)), replaced_(Beside(target_, ".replaced")) {
  // A run that was killed in Publish may have left the old folder only here.
  if (fs::exists(replaced_)) {
    if (!fs::exists(target_)) {
      Rename(replaced_, target_);
    } else {
      RemoveOwnFiles(replaced_, own_(replaced_));
    }
  }
  if (fs::is_directory(target_)) RefuseOthersFiles(target_, own_(target_));
  if (leftovers == Leftovers::kRemove) RemoveAll(path_);
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) throw Error::System(path_, "cannot create", error.value());
}

StagingFolder::~StagingFolder() {
  if (keep_) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void StagingFolder::Publish(Sync sync) {
  if (sync == Sync::kYes) SyncDirectory(path_);
  const bool replace = fs::exists(target_);
  if (replace) Rename(target_, replaced_);
  try {
    Rename(path_, target_);
  } catch (const Error&) {
    if (replace) Rename(replaced_, target_);
    throw;
  }
  keep_ = true;
  if (sync == Sync::kYes) SyncDirectory(target_.parent_path());
  if (replace) RemoveOwnFiles(replaced_, own_(replaced_));
}

}  // namespace dataset
