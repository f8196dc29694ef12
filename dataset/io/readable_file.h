#pragma once

#include <cstdint>
#include <filesystem>

namespace dataset {

enum class Access { kNormal, kRandom };

// A file opened for reading at any offset. Thread-safe.
class ReadableFile {
 public:
  explicit ReadableFile(const std::filesystem::path& path);
  ~ReadableFile();
  ReadableFile(ReadableFile&& other) noexcept;
  ReadableFile& operator=(ReadableFile&&) = delete;
  // Reads up to `size` bytes at `offset`; less only at the end of the file.
  size_t ReadAt(uint64_t offset, size_t size, char* out) const;
  // What the system may expect of the reads to come; only speed depends on it.
  void Advise(Access access) const;
  uint64_t size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
  uint64_t size_ = 0;
};

}  // namespace dataset
