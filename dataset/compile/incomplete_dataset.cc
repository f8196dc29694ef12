#include "dataset/compile/incomplete_dataset.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/staging_folder.h"
#include "dataset/io/sync.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr char kLock[] = ".lock";
constexpr char kState[] = ".state";
constexpr uint64_t kMaxJsonBytes = uint64_t{256} << 20;

std::optional<WorkerShare> ParsePartName(const std::string& name) {
  WorkerShare share;
  if (std::sscanf(name.c_str(), "part-%5u-of-%5u.json", &share.index, &share.count) != 2 || share.index == 0) {
    return std::nullopt;
  }
  --share.index;
  if (PartName(share) != name) return std::nullopt;
  return share;
}

}  // namespace

FileLock IncompleteDataset::Lock(const CompileOptions& options) {
  const fs::path& output = options.output;
  const fs::path folder = StagingFolder::PathOf(output);
  // Each side takes its lock first and looks for the other's then, so that one of the two sees it.
  if (options.work != CompileWork::kShare) {
    FileLock lock = StagingFolder::Lock(output);
    std::error_code none;
    for (const auto& item : fs::directory_iterator(folder, none)) {
      if (item.path().filename().string().ends_with(kLock)) RefuseLocked(item.path(), output);
    }
    return lock;
  }
  RefuseLocked(StagingFolder::LockOf(output), output);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error::System(folder, "cannot create", error.value());
  FileLock lock(folder / ("." + PartName(options.worker) + kLock), output);
  RefuseLocked(StagingFolder::LockOf(output), output);
  return lock;
}

IncompleteDataset::Parts IncompleteDataset::LoadParts() const {
  std::map<uint32_t, CompilePart> parts;
  Parts loaded;
  DatasetInfo first;
  for (const auto& item : fs::directory_iterator(folder_)) {
    const std::optional<WorkerShare> share = ParsePartName(item.path().filename().string());
    if (!share) continue;
    const std::string file = item.path().string();
    CompilePart part = ParseCompilePart(ReadFile(item.path(), kMaxJsonBytes), file);
    if (loaded.workers == 0) {
      loaded.workers = share->count;
      first = part.info;
    }
    if (share->count != loaded.workers || part.info.fingerprint != first.fingerprint ||
        !HaveSameValues(part.info, first)) {
      throw Error(folder_, "holds parts of different datasets or numbers of workers; remove it and compile again");
    }
    parts.emplace(share->index, std::move(part));
  }
  for (auto& [index, part] : parts) loaded.parts.push_back(std::move(part));
  return loaded;
}

void IncompleteDataset::PublishPart(const CompilePart& part, const WorkerShare& share, Sync sync) const {
  PublishFile(folder_ / PartName(share), FormatCompilePart(part), sync);
}

std::optional<ShardState> IncompleteDataset::LoadFinished(const std::string& shard, const DatasetInfo& info) const {
  const fs::path path = folder_ / shard, state_path = path.string() + kState;
  std::error_code error;
  if (!fs::exists(state_path, error)) return std::nullopt;
  ShardState state = ParseShardState(ReadFile(state_path, kMaxJsonBytes), info, state_path.string());
  const bool indexed = info.compression != RecordCompression::kNone || fs::exists(path.string() + ".idx", error);
  const bool whole = state.fingerprint == info.fingerprint && state.shard.name == shard && indexed &&
                     fs::file_size(path, error) == state.shard.bytes && !error &&
                     FileCrc32c(path) == state.shard.crc32c;
  if (!whole) return std::nullopt;
  return state;
}

bool IncompleteDataset::HasFinishedShards() const {
  std::error_code none;
  for (const auto& item : fs::directory_iterator(folder_, none)) {
    if (item.path().extension() == kState) return true;
  }
  return false;
}

void IncompleteDataset::RemoveStates() const {
  RemoveAll([](const std::string& name) { return name.ends_with(kState); });
}

void IncompleteDataset::RemoveWorkFiles() const {
  RemoveAll([this](const std::string& name) {
    return name.ends_with(kState) || name.starts_with('.') || name == statistics().filename() || ParsePartName(name);
  });
}

void IncompleteDataset::RemoveAll(const std::function<bool(const std::string& name)>& which) const {
  std::vector<fs::path> files;
  for (const auto& item : fs::directory_iterator(folder_)) {
    if (which(item.path().filename().string())) files.push_back(item.path());
  }
  for (const fs::path& path : files) {
    std::error_code error;
    fs::remove(path, error);
    if (error) throw Error::System(path, "cannot remove", error.value());
  }
}

}  // namespace dataset
