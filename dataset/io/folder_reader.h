#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace dataset {

// Regular files below one folder, by relative path, links followed: std::filesystem's paths cost more than the system
// calls where there are a million small files. Thread-safe.
class FolderReader {
 public:
  explicit FolderReader(const std::filesystem::path& folder);
  ~FolderReader();
  FolderReader(const FolderReader&) = delete;
  FolderReader& operator=(const FolderReader&) = delete;
  uint64_t FileSize(const std::string& path) const;
  // Into a buffer whose capacity is kept between calls.
  void Read(const std::string& path, std::string* out, uint64_t max_bytes = uint64_t{4} << 30) const;
  // The first `first` and the last `last` bytes alone. False, and nothing read, if the file has not more than both.
  bool ReadEnds(const std::string& path, size_t first, size_t last, std::string* beginning, std::string* end,
                uint64_t* size) const;
  std::string FullName(const std::string& path) const { return (folder_ / path).string(); }

 private:
  // A regular file's descriptor and size.
  int OpenFile(const std::string& path, uint64_t* size) const;
  std::filesystem::path folder_;
  int fd_ = -1;
};

}  // namespace dataset
