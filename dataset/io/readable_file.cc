#include "dataset/io/readable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/descriptor.h"

namespace dataset {

namespace fs = std::filesystem;

ReadableFile::ReadableFile(const fs::path& path) : path_(path) {
  ScopedFd fd(OpenDescriptor(path, O_RDONLY, "cannot open"));
  const struct stat status = StatDescriptor(fd.get(), path);
  if (!S_ISREG(status.st_mode)) throw Error(path, "is not a regular file");
  size_ = static_cast<uint64_t>(status.st_size);
  fd_ = fd.Release();
}

ReadableFile::~ReadableFile() {
  if (fd_ >= 0) close(fd_);
}

ReadableFile::ReadableFile(ReadableFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

size_t ReadableFile::ReadAt(uint64_t offset, size_t size, char* out) const {
  return PositionedRead(fd_, offset, size, out, [&] { return path_.string(); });
}

void ReadableFile::Advise(Access access) const {
  posix_fadvise(fd_, 0, 0, access == Access::kNormal ? POSIX_FADV_NORMAL : POSIX_FADV_RANDOM);
}

}  // namespace dataset
