#include "dataset/compile/photo_stamp.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include "dataset/base/sha256.h"
#include "dataset/io/folder_reader.h"

namespace dataset {
namespace {

constexpr size_t kGrain = 256;

// The file of each entry, whose number is number_of(i) for i = 0 ... count - 1.
template <typename NumberOf>
std::vector<FileStamp> LookAt(const CompileInput& input, size_t count, const NumberOf& number_of) {
  const FolderReader root(input.root);
  std::vector<FileStamp> stamps(count);
  tbb::parallel_for(tbb::blocked_range<size_t>(0, count, kGrain), [&](const auto& range) {
    for (size_t i = range.begin(); i != range.end(); ++i) {
      stamps[i] = root.Stamp(input.manifest.entries[number_of(i)].path);
    }
  });
  return stamps;
}

}  // namespace

std::string PhotoStamp(const CompileInput& input, const std::vector<uint32_t>& entries) {
  const std::vector<FileStamp> stamps = LookAt(input, entries.size(), [&](size_t i) { return entries[i]; });
  Sha256 hash;
  for (size_t i = 0; i < entries.size(); ++i) {
    hash.Update(std::to_string(stamps[i].bytes) + ' ' + std::to_string(stamps[i].modified) + ' ' +
                input.manifest.entries[entries[i]].path + '\n');
  }
  return hash.FinishHex();
}

std::string PhotoStamp(const CompileInput& input, const PlannedShard& shard) {
  std::vector<uint32_t> entries;
  entries.reserve(shard.samples.size());
  for (const PlannedSample& sample : shard.samples) entries.push_back(sample.entry);
  return PhotoStamp(input, entries);
}

std::string TrainPhotoStamp(const CompileInput& input) {
  std::vector<uint32_t> entries;
  for (uint32_t i = 0; i < input.manifest.entries.size(); ++i) {
    if (input.manifest.entries[i].split == Split::kTrain) entries.push_back(i);
  }
  return PhotoStamp(input, entries);
}

NewerPhotos FindNewerPhotos(const CompileInput& input, const std::filesystem::path& file) {
  const int64_t time = FolderReader(file.parent_path()).Stamp(file.filename().string()).modified;
  const std::vector<FileStamp> stamps = LookAt(input, input.manifest.entries.size(), [](size_t i) { return i; });
  NewerPhotos newer;
  for (size_t i = 0; i < stamps.size(); ++i) {
    if (stamps[i].modified > time && ++newer.count == 1) newer.first = input.manifest.entries[i].path;
  }
  return newer;
}

}  // namespace dataset
