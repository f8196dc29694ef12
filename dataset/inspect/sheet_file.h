#pragma once

#include <filesystem>
#include <string>

#include "dataset/io/sync.h"

namespace dataset {

// Throws Error if there is a file that is no sheet of dsinspect, so that a photo is not replaced.
void RefuseOthersSheet(const std::filesystem::path& file);

// Writes a sheet, whose JPEG gets a comment that tells what it is.
void PublishSheet(const std::filesystem::path& file, std::string jpeg, Sync sync);

}  // namespace dataset
