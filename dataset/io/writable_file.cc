#include "dataset/io/writable_file.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/descriptor.h"
#include "dataset/io/sync.h"

namespace dataset {

namespace fs = std::filesystem;

namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
// From this size on, copying to the buffer costs more than a system call.
constexpr size_t kDirectBytes = size_t{32} << 10;

// Writes both, in one system call if possible.
void WriteBoth(int fd, const fs::path& path, std::string_view first, std::string_view second) {
  const iovec parts[] = {{const_cast<char*>(first.data()), first.size()},
                         {const_cast<char*>(second.data()), std::min(second.size(), kMaxTransfer)}};
  ssize_t written;
  do {
    written = writev(fd, parts, 2);
  } while (written < 0 && errno == EINTR);
  if (written < 0) throw Error::System(path, "cannot write", errno);
  const size_t done = static_cast<size_t>(written);
  WriteAll(fd, path, first.substr(std::min(done, first.size())));
  WriteAll(fd, path, second.substr(done - std::min(done, first.size())));
}

}  // namespace

WritableFile::WritableFile(const fs::path& path)
    : path_(path), fd_(OpenDescriptor(path, O_WRONLY | O_CREAT | O_TRUNC, "cannot create")) {}

WritableFile::~WritableFile() {
  if (fd_ >= 0) close(fd_);
}

void WritableFile::Append(std::string_view data) {
  assert(fd_ >= 0);
  if (data.size() >= kDirectBytes) {
    WriteBoth(fd_, path_, buffer_, data);
    buffer_.clear();
  } else {
    if (buffer_.size() + data.size() > kBufferBytes) Flush();
    buffer_.append(data);
  }
  bytes_ += data.size();
}

void WritableFile::Close(Sync sync) {
  Flush();
  if (sync == Sync::kYes) SyncDescriptor(fd_, path_);
  if (close(std::exchange(fd_, -1)) != 0) throw Error::System(path_, "cannot close", errno);
}

void WritableFile::Flush() {
  WriteAll(fd_, path_, buffer_);
  buffer_.clear();
}

}  // namespace dataset
