#pragma once

#include <cstdint>
#include <filesystem>

namespace dataset {

enum class Access { kNormal, kRandom };

// A regular file opened for reading at any offset. Every failure is an Error that names the file. Thread-safe.
class ReadableFile {
 public:
  explicit ReadableFile(const std::filesystem::path& path);
  ~ReadableFile();
  ReadableFile(ReadableFile&& other) noexcept;
  ReadableFile& operator=(ReadableFile&&) = delete;
  // Reads up to `size` bytes at `offset` into `out`. Returns the number of bytes read, which is less than `size` only
  // at the end of the file.
  size_t ReadAt(uint64_t offset, size_t size, char* out) const;
  // Tells the system which reads to expect. Affects speed only.
  void Advise(Access access) const;
  // The size in bytes when the file was opened.
  uint64_t size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
  uint64_t size_ = 0;
};

}  // namespace dataset
