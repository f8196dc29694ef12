#pragma once

#include <filesystem>

namespace dataset {

// Whether what is written must be on the disk before the call returns (fsync).
enum class Sync { kNo, kYes };

// fsync of a directory, so that names in it last.
void SyncDirectory(const std::filesystem::path& directory);
// Everything written so far to the file system that `directory` lies in: for thousands of files far cheaper than one
// after the other.
void SyncFileSystem(const std::filesystem::path& directory);

}  // namespace dataset
