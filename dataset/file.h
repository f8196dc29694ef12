#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace dataset {

// Thin, checked POSIX files. Every failure is an Error that names the file. `max_bytes` guards against reading what
// cannot be meant (a device, a file of another kind) into memory.
std::string ReadFile(const std::filesystem::path& path, uint64_t max_bytes = uint64_t{4} << 30);
// As above, into a buffer whose capacity is kept between calls.
void ReadFileInto(const std::filesystem::path& path, std::string* out, uint64_t max_bytes = uint64_t{4} << 30);

// CRC-32C of all of a file, unmasked.
uint32_t FileCrc32c(const std::filesystem::path& path);

enum class Sync { kNo, kYes };

// Writes `content` beside `path`, syncs, renames: `path` holds the old content or the new one, never a part.
// One writer of a path at a time.
void PublishFile(const std::filesystem::path& path, std::string_view content, Sync sync);
// fsync of a directory, so that names in it last.
void SyncDirectory(const std::filesystem::path& directory);
// Everything written so far to the file system that `directory` lies in: for thousands of files far cheaper than one
// after the other.
void SyncFileSystem(const std::filesystem::path& directory);

enum class Access { kSequential, kRandom };

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

 private:
  std::string FullName(const std::string& path) const { return (folder_ / path).string(); }
  std::filesystem::path folder_;
  int fd_ = -1;
};

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
