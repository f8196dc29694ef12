#include "dataset/io/descriptor.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "dataset/base/error.h"

namespace dataset {

namespace fs = std::filesystem;

namespace {

constexpr size_t kGrowthBytes = size_t{256} << 10;

}  // namespace

int OpenDescriptor(const fs::path& path, int flags, const char* cause) {
  int fd;
  do {
    fd = open(path.c_str(), flags | O_CLOEXEC, 0666);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) throw Error::System(path, cause, errno);
  return fd;
}

struct stat StatDescriptor(int fd, const fs::path& path) {
  struct stat status;
  if (fstat(fd, &status) != 0) throw Error::System(path, "cannot stat", errno);
  if (S_ISDIR(status.st_mode)) throw Error::System(path, "cannot read", EISDIR);
  return status;
}

void ReadAll(int fd, uint64_t size, uint64_t max_bytes, const FileName& name, std::string* out) {
  const auto refuse_above = [&](uint64_t bytes) {
    if (bytes > max_bytes) {
      throw Error(name(), "has more than the " + std::to_string(max_bytes) + " bytes allowed");
    }
  };
  refuse_above(size);

  // One byte more than expected, so that the end is seen without growing the buffer.
  out->resize(static_cast<size_t>(size) + 1);
  size_t used = 0;
  for (;;) {
    const ssize_t got = read(fd, out->data() + used, std::min(out->size() - used, kMaxTransfer));
    if (got < 0) {
      if (errno == EINTR) continue;
      throw Error::System(name(), "cannot read", errno);
    }
    if (got == 0) break;
    used += static_cast<size_t>(got);
    refuse_above(used);
    if (used == out->size()) out->resize(std::max(2 * used, kGrowthBytes));
  }
  out->resize(used);
}

size_t PositionedRead(int fd, uint64_t offset, size_t size, char* out, const FileName& name) {
  size_t done = 0;
  while (done < size) {
    const size_t part = std::min(size - done, kMaxTransfer);
    const ssize_t got = pread(fd, out + done, part, static_cast<off_t>(offset + done));
    if (got < 0) {
      if (errno == EINTR) continue;
      throw Error::System(name(), "cannot read at byte " + std::to_string(offset + done), errno);
    }
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

void WriteAll(int fd, const fs::path& path, std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = write(fd, data.data(), std::min(data.size(), kMaxTransfer));
    if (written < 0) {
      if (errno == EINTR) continue;
      throw Error::System(path, "cannot write", errno);
    }
    data.remove_prefix(static_cast<size_t>(written));
  }
}

void SyncDescriptor(int fd, const fs::path& path) {
  // EINVAL means that the file cannot be synced, such as a pipe or a directory of some network file systems.
  if (fsync(fd) != 0 && errno != EINVAL) throw Error::System(path, "cannot sync", errno);
}

}  // namespace dataset
