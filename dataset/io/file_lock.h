#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace dataset {

class ScopedFd;

// A file of ours that one process at a time holds, so that what it stands for has one writer. The system frees it
// however the process ends; a file that a killed process leaves is no obstacle. Not thread-safe.
class FileLock {
 public:
  using Call = int (*)(int fd, int operation);

  // Makes the file, which then names this process, and locks it by flock(2). If another process holds it, throws Error:
  // `subject` is in use by that process. `call` is flock, except in tests.
  FileLock(const std::filesystem::path& file, const std::filesystem::path& subject, Call call = nullptr);
  ~FileLock();  // removes the file and frees it
  FileLock(FileLock&&) noexcept;
  FileLock& operator=(FileLock&&) = delete;

  // False if the file system has no locks, so that another writer would not be noticed.
  bool locked() const { return locked_; }

 private:
  std::filesystem::path file_;
  std::unique_ptr<ScopedFd> fd_;
  bool locked_ = true;
};

// Throws as FileLock does if another process holds the lock; takes nothing. The file may be absent.
void RefuseLocked(const std::filesystem::path& file, const std::filesystem::path& subject);

}  // namespace dataset
