#include "dataset/io/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "dataset/base/crc32c.h"
#include "dataset/base/error.h"
#include "dataset/io/descriptor.h"
#include "dataset/io/readable_file.h"
#include "dataset/io/sync.h"
#include "dataset/io/writable_file.h"

namespace dataset {

namespace fs = std::filesystem;

namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

}  // namespace

std::string ReadFile(const fs::path& path, uint64_t max_bytes) {
  std::string content;
  ReadFileInto(path, &content, max_bytes);
  return content;
}

void ReadFileInto(const fs::path& path, std::string* out, uint64_t max_bytes) {
  const ScopedFd fd(OpenDescriptor(path, O_RDONLY, "cannot open"));
  const struct stat status = StatDescriptor(fd.get(), path);
  ReadAll(
      fd.get(), static_cast<uint64_t>(status.st_size), max_bytes, [&] { return path.string(); }, out);
}

void CopyFile(const fs::path& from, const fs::path& to, Sync sync) {
  const ReadableFile source(from);
  WritableFile target(to);
  std::string buffer(std::min(source.size(), uint64_t{kBufferBytes}) + 1, '\0');
  while (const size_t got = source.ReadAt(target.bytes(), buffer.size(), buffer.data())) {
    target.Append({buffer.data(), got});
  }
  target.Close(sync);
}

uint32_t FileCrc32c(const fs::path& path) {
  const ReadableFile file(path);
  std::string buffer(kBufferBytes, '\0');
  uint32_t crc = 0;
  for (uint64_t offset = 0; offset < file.size();) {
    const size_t got = file.ReadAt(offset, buffer.size(), buffer.data());
    if (got == 0) break;
    crc = ExtendCrc32c(crc, {buffer.data(), got});
    offset += got;
  }
  return crc;
}

bool IsInside(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const auto resolve = [&](const fs::path& name) {
    fs::path resolved = fs::weakly_canonical(name, error);
    if (error) throw Error::System(name, "cannot read the folder", error.value());
    return resolved;
  };
  const fs::path relative = resolve(path).lexically_relative(resolve(folder));
  return !relative.empty() && *relative.begin() != "..";
}

void PublishFile(const fs::path& path, std::string_view content, Sync sync) {
  fs::path beside = path;
  beside.replace_filename(".");
  beside += path.filename();
  beside += ".incomplete";
  try {
    WritableFile file(beside);
    file.Append(content);
    file.Close(sync);
    if (std::rename(beside.c_str(), path.c_str()) != 0) throw Error::System(path, "cannot replace", errno);
  } catch (...) {
    unlink(beside.c_str());
    throw;
  }
  if (sync == Sync::kYes) SyncDirectory(path.parent_path());
}

}  // namespace dataset
