#pragma once

#include <filesystem>

namespace dataset {

// Whether written data must be on the disk before the call returns (fsync).
enum class Sync { kNo, kYes };

// Syncs a directory, so that the names in it survive a power failure. Throws Error.
void SyncDirectory(const std::filesystem::path& directory);
// Syncs everything written so far to the file system that `directory` lies in. For thousands of files this is far
// cheaper than one fsync for each. Throws Error.
void SyncFileSystem(const std::filesystem::path& directory);

}  // namespace dataset
