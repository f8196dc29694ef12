#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "dataset/io/sync.h"

namespace dataset {

// A new file written front to back through a buffer. Close() is mandatory on success; without it the destructor only
// releases the descriptor and the file's content is unspecified.
class WritableFile {
 public:
  explicit WritableFile(const std::filesystem::path& path);  // created or truncated
  ~WritableFile();
  WritableFile(const WritableFile&) = delete;
  WritableFile& operator=(const WritableFile&) = delete;
  void Append(std::string_view data);
  void Close(Sync sync);
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
