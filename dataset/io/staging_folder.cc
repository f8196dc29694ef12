#include "dataset/io/staging_folder.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "dataset/base/error.h"
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

}  // namespace

fs::path StagingFolder::PathOf(const fs::path& target) { return Beside(Canonical(target), ".incomplete"); }

StagingFolder::StagingFolder(const fs::path& target, Leftovers leftovers)
    : target_(Canonical(target)), path_(PathOf(target)), replaced_(Beside(target_, ".replaced")) {
  // A run that was killed in Publish may have left the old folder only here.
  if (fs::exists(replaced_) && !fs::exists(target_)) Rename(replaced_, target_);
  RemoveAll(replaced_);
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
  RemoveAll(replaced_);
}

}  // namespace dataset
