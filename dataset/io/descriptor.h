#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace dataset {

// Owns an open file descriptor, or none (-1), and closes it. Not thread-safe.
class ScopedFd {
 public:
  explicit ScopedFd(int fd) : fd_(fd) {}
  ~ScopedFd() { Close(); }
  ScopedFd(const ScopedFd&) = delete;
  ScopedFd& operator=(const ScopedFd&) = delete;
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }
  void Close() {
    if (fd_ >= 0) close(Release());
  }

 private:
  int fd_;
};

// The functions below are checked system calls. Interrupted calls are repeated. Every failure is an Error that names
// the file. Thread-safe.

// Gives the name of a file for an error's message. Called only if there is an error.
using FileName = std::function<std::string()>;

// Opens a file with the flags of open(2) and O_CLOEXEC. The caller owns the descriptor. `cause` begins the error's
// message, for example "cannot open".
int OpenDescriptor(const std::filesystem::path& path, int flags, const char* cause);
// Returns fstat's result. Throws Error for a folder.
struct stat StatDescriptor(int fd, const std::filesystem::path& path);
// Reads a file from the descriptor's position to its end into *out, whose capacity is kept between calls. `size` is the
// expected size; the file may have more or less (it may grow, a pipe has no size). Throws Error if there are more than
// max_bytes.
void ReadAll(int fd, uint64_t size, uint64_t max_bytes, const FileName& name, std::string* out);
// Reads at most `size` bytes from `offset` on, without moving the descriptor's position. Returns the number of bytes
// read, which is less than `size` only at the end of the file.
size_t PositionedRead(int fd, uint64_t offset, size_t size, char* out, const FileName& name);
void WriteAll(int fd, const std::filesystem::path& path, std::string_view data);
// fsync. Does nothing for a file that cannot be synced: a pipe, or a directory of some network file systems.
void SyncDescriptor(int fd, const std::filesystem::path& path);

// The most bytes that one system call is asked to move. Linux itself moves at most 2 GiB - 4 KiB in one call.
inline constexpr size_t kMaxTransfer = size_t{1} << 30;

}  // namespace dataset
