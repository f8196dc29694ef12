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

// Owns an open descriptor, or none (-1), and closes it. Not thread-safe.
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

// Checked system calls; interrupted ones are repeated. Every failure is an Error that names the file. Thread-safe.

// The name of a file for an error's message, built only if there is one.
using FileName = std::function<std::string()>;

// A new descriptor, closed on exec. `cause` is what an error says: "cannot open".
int OpenDescriptor(const std::filesystem::path& path, int flags, const char* cause);
// Refuses a folder.
struct stat StatDescriptor(int fd, const std::filesystem::path& path);
// All of a file from where the descriptor stands. `size` is what to expect: a file may grow or (pipes) have no size.
// *out keeps its capacity between calls.
void ReadAll(int fd, uint64_t size, uint64_t max_bytes, const FileName& name, std::string* out);
// Returns how much was read: less than `size` only at the end of the file.
size_t PositionedRead(int fd, uint64_t offset, size_t size, char* out, const FileName& name);
void WriteAll(int fd, const std::filesystem::path& path, std::string_view data);
// fsync, except of what cannot be synced (a pipe, a directory of some network file systems).
void SyncDescriptor(int fd, const std::filesystem::path& path);

// Linux moves no more than 2 GiB - 4 KiB in one call.
inline constexpr size_t kMaxTransfer = size_t{1} << 30;

}  // namespace dataset
