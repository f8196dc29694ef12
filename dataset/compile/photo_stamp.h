#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/compile/compile_plan.h"

// Whether photos have changed, by one stat(2) each; in parallel. Reads no photo.
namespace dataset {

// Returns the stamp of these entries of the manifest (proto/FORMAT.md, section 2, "Stamp"), as 64 hex digits.
std::string PhotoStamp(const CompileInput& input, const std::vector<uint32_t>& entries);
std::string PhotoStamp(const CompileInput& input, const PlannedShard& shard);
std::string TrainPhotoStamp(const CompileInput& input);  // of all entries of train

struct NewerPhotos {
  uint64_t count = 0;
  std::string first;  // path in the manifest
};
// Returns the photos of the manifest that were modified after `file` was.
NewerPhotos FindNewerPhotos(const CompileInput& input, const std::filesystem::path& file);

}  // namespace dataset
