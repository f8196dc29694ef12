#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "dataset/io/sync.h"

namespace dataset {

// Thin, checked POSIX files. Every failure is an Error that names the file. `max_bytes` guards against reading what
// cannot be meant (a device, a file of another kind) into memory.
std::string ReadFile(const std::filesystem::path& path, uint64_t max_bytes = uint64_t{4} << 30);
// As above, into a buffer whose capacity is kept between calls.
void ReadFileInto(const std::filesystem::path& path, std::string* out, uint64_t max_bytes = uint64_t{4} << 30);

// CRC-32C of all of a file, unmasked.
uint32_t FileCrc32c(const std::filesystem::path& path);

// Whether `path` is `folder` or lies below it, links resolved; neither need exist.
bool IsInside(const std::filesystem::path& path, const std::filesystem::path& folder);

// Writes `content` beside `path`, syncs, renames: `path` holds the old content or the new one, never a part.
// One writer of a path at a time.
void PublishFile(const std::filesystem::path& path, std::string_view content, Sync sync);

}  // namespace dataset
