#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "dataset/io/sync.h"

namespace dataset {

// Returns all bytes of a file. Every failure, here and below, is an Error that names the file. A file of more than
// max_bytes bytes is an Error too: the limit keeps a device or a wrong file from filling the memory.
std::string ReadFile(const std::filesystem::path& path, uint64_t max_bytes = uint64_t{4} << 30);
// As above, but into *out, whose capacity is kept between calls.
void ReadFileInto(const std::filesystem::path& path, std::string* out, uint64_t max_bytes = uint64_t{4} << 30);

// Writes the bytes of `from` to `to`, which is created or replaced in place and gets the mode of a new file.
// std::filesystem::copy_file reports a full disk as "Input/output error".
void CopyFile(const std::filesystem::path& from, const std::filesystem::path& to, Sync sync);

// Returns the unmasked CRC-32C of all bytes of a file.
uint32_t FileCrc32c(const std::filesystem::path& path);

// Whether `path` is `folder` or lies below it, after links are resolved. The paths need not exist.
bool IsInside(const std::filesystem::path& path, const std::filesystem::path& folder);

// Writes `content` to `.NAME.incomplete` beside `path`, syncs it if asked for, and renames it. So `path` always holds
// either the old content or all of the new one. A path must have one writer at a time.
void PublishFile(const std::filesystem::path& path, std::string_view content, Sync sync);

}  // namespace dataset
