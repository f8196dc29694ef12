#include "dataset/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "dataset/crc32c.h"
#include "dataset/error.h"
#include "dataset/scoped_fd.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBufferBytes = size_t{256} << 10;
// From so many on, copying to the buffer costs more than a system call.
constexpr size_t kDirectBytes = size_t{32} << 10;
constexpr size_t kMaxTransfer = size_t{1} << 30;  // Linux moves no more than 2 GiB - 4 KiB at once

int Open(const fs::path& path, int flags, const char* cause) {
  int fd;
  do {
    fd = open(path.c_str(), flags | O_CLOEXEC, 0666);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) throw Error::System(path.string(), cause, errno);
  return fd;
}

struct stat Stat(int fd, const fs::path& path) {
  struct stat status;
  if (fstat(fd, &status) != 0) throw Error::System(path.string(), "cannot stat", errno);
  if (S_ISDIR(status.st_mode)) throw Error::System(path.string(), "cannot read", EISDIR);
  return status;
}

// `size` is what to expect: a file may grow or (pipes) have no size.
template <typename NameOf>
void ReadAll(int fd, uint64_t size, uint64_t max_bytes, const NameOf& name, std::string* out) {
  const auto refuse_above = [&](uint64_t bytes) {
    if (bytes > max_bytes) {
      throw Error(Place{name(), {}, {}}, "has more than the " + std::to_string(max_bytes) + " bytes allowed");
    }
  };
  refuse_above(size);

  // One byte more than expected, so that the end is seen without growing.
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
    if (used == out->size()) out->resize(std::max(2 * used, kBufferBytes));
  }
  out->resize(used);
}

// Less than `size` only at the end of the file.
template <typename NameOf>
size_t PositionedRead(int fd, uint64_t offset, size_t size, char* out, const NameOf& name) {
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
      throw Error::System(path.string(), "cannot write", errno);
    }
    data.remove_prefix(static_cast<size_t>(written));
  }
}

// Both in one system call, if possible.
void WriteBoth(int fd, const fs::path& path, std::string_view first, std::string_view second) {
  const iovec parts[] = {{const_cast<char*>(first.data()), first.size()},
                         {const_cast<char*>(second.data()), std::min(second.size(), kMaxTransfer)}};
  ssize_t written;
  do {
    written = writev(fd, parts, 2);
  } while (written < 0 && errno == EINTR);
  if (written < 0) throw Error::System(path.string(), "cannot write", errno);
  const size_t done = static_cast<size_t>(written);
  WriteAll(fd, path, first.substr(std::min(done, first.size())));
  WriteAll(fd, path, second.substr(done - std::min(done, first.size())));
}

void SyncFd(int fd, const fs::path& path) {
  // EINVAL: what cannot be synced, such as a pipe or a directory of some network file systems.
  if (fsync(fd) != 0 && errno != EINVAL) throw Error::System(path.string(), "cannot sync", errno);
}

}  // namespace

std::string ReadFile(const fs::path& path, uint64_t max_bytes) {
  std::string content;
  ReadFileInto(path, &content, max_bytes);
  return content;
}

void ReadFileInto(const fs::path& path, std::string* out, uint64_t max_bytes) {
  const ScopedFd fd(Open(path, O_RDONLY, "cannot open"));
  const struct stat status = Stat(fd.get(), path);
  ReadAll(
      fd.get(), static_cast<uint64_t>(status.st_size), max_bytes, [&] { return path.string(); }, out);
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
    if (error) throw Error::System(name.string(), "cannot read the folder", error.value());
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
    if (std::rename(beside.c_str(), path.c_str()) != 0) throw Error::System(path.string(), "cannot replace", errno);
  } catch (...) {
    unlink(beside.c_str());
    throw;
  }
  if (sync == Sync::kYes) SyncDirectory(path.parent_path());
}

void SyncDirectory(const fs::path& directory) {
  const fs::path path = directory.empty() ? fs::path(".") : directory;
  const ScopedFd fd(Open(path, O_RDONLY | O_DIRECTORY, "cannot open the folder"));
  SyncFd(fd.get(), path);
}

void SyncFileSystem(const fs::path& directory) {
  const ScopedFd fd(Open(directory, O_RDONLY | O_DIRECTORY, "cannot open the folder"));
  if (syncfs(fd.get()) != 0) throw Error::System(directory.string(), "cannot sync", errno);
}

ReadableFile::ReadableFile(const fs::path& path) : path_(path) {
  ScopedFd fd(Open(path, O_RDONLY, "cannot open"));
  const struct stat status = Stat(fd.get(), path);
  if (!S_ISREG(status.st_mode)) throw Error(Place{path.string(), {}, {}}, "is not a regular file");
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

FolderReader::FolderReader(const fs::path& folder)
    : folder_(folder), fd_(Open(folder, O_RDONLY | O_DIRECTORY, "cannot open the folder")) {}

FolderReader::~FolderReader() { close(fd_); }

uint64_t FolderReader::FileSize(const std::string& path) const {
  struct stat status;
  if (fstatat(fd_, path.c_str(), &status, 0) != 0) throw Error::System(FullName(path), "cannot read", errno);
  if (!S_ISREG(status.st_mode)) throw Error(Place{FullName(path), {}, {}}, "is not a regular file");
  return static_cast<uint64_t>(status.st_size);
}

int FolderReader::OpenFile(const std::string& path, uint64_t* size) const {
  // Without O_NONBLOCK a pipe that has taken the file's place would be waited for.
  ScopedFd fd(openat(fd_, path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0) throw Error::System(FullName(path), "cannot open", errno);
  struct stat status;
  if (fstat(fd.get(), &status) != 0) throw Error::System(FullName(path), "cannot stat", errno);
  if (!S_ISREG(status.st_mode)) throw Error(Place{FullName(path), {}, {}}, "is not a regular file");
  *size = static_cast<uint64_t>(status.st_size);
  return fd.Release();
}

void FolderReader::Read(const std::string& path, std::string* out, uint64_t max_bytes) const {
  uint64_t size;
  const ScopedFd fd(OpenFile(path, &size));
  ReadAll(
      fd.get(), size, max_bytes, [&] { return FullName(path); }, out);
}

bool FolderReader::ReadEnds(const std::string& path, size_t first, size_t last, std::string* beginning,
                            std::string* end, uint64_t* size) const {
  const ScopedFd fd(OpenFile(path, size));
  if (*size <= first + last) return false;
  beginning->resize(first);
  end->resize(last);
  const size_t got = PositionedRead(fd.get(), 0, first, beginning->data(), [&] { return FullName(path); }) +
                     PositionedRead(fd.get(), *size - last, last, end->data(), [&] { return FullName(path); });
  return got == first + last;
}

WritableFile::WritableFile(const fs::path& path)
    : path_(path), fd_(Open(path, O_WRONLY | O_CREAT | O_TRUNC, "cannot create")) {}

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
  if (sync == Sync::kYes) SyncFd(fd_, path_);
  if (close(std::exchange(fd_, -1)) != 0) throw Error::System(path_.string(), "cannot close", errno);
}

void WritableFile::Flush() {
  WriteAll(fd_, path_, buffer_);
  buffer_.clear();
}

}  // namespace dataset
