#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "dataset/io/sync.h"

namespace dataset {

// A new file that is written front to back through a buffer. A writer must call Close() when it is done: without it the
// destructor only releases the descriptor, and the content of the file is undefined. Every failure is an Error that
// names the file. Not thread-safe.
class WritableFile {
 public:
  explicit WritableFile(const std::filesystem::path& path);  // creates the file or truncates it
  ~WritableFile();
  WritableFile(const WritableFile&) = delete;
  WritableFile& operator=(const WritableFile&) = delete;
  void Append(std::string_view data);
  void Close(Sync sync);
  // The number of bytes appended so far.
  uint64_t bytes() const { return bytes_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  void Flush();
  std::filesystem::path path_;
  int fd_ = -1;
  std::string buffer_;
  uint64_t bytes_ = 0;
};

}  // namespace dataset
