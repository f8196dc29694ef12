#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace dataset {

// What tells that a file has changed, without reading it.
struct FileStamp {
  uint64_t bytes = 0;
  int64_t modified = 0;  // nanoseconds since 1970
};

// Reads regular files below one folder, named by relative paths. Links are followed. For a million small files it is
// faster than functions that take a std::filesystem::path, whose handling costs more than the system calls. Every
// failure is an Error that names the file. Thread-safe.
class FolderReader {
 public:
  explicit FolderReader(const std::filesystem::path& folder);
  ~FolderReader();
  FolderReader(const FolderReader&) = delete;
  FolderReader& operator=(const FolderReader&) = delete;
  // Whether there is such a file. Only a path that cannot be searched is an Error.
  bool HasFile(const std::string& path) const;
  uint64_t FileSize(const std::string& path) const;
  FileStamp Stamp(const std::string& path) const;  // 0 and 0 if there is nothing that can be looked at
  // Reads a whole file into *out, whose capacity is kept between calls. Throws Error if it has more than max_bytes
  // bytes.
  void Read(const std::string& path, std::string* out, uint64_t max_bytes = uint64_t{4} << 30) const;
  // Sets *size to the size of the file, and reads only its first `first` bytes into *beginning and its last `last`
  // bytes into *end. Returns false if the file has at most first + last bytes (then nothing is read), or if it became
  // shorter during the call.
  bool ReadEnds(const std::string& path, size_t first, size_t last, std::string* beginning, std::string* end,
                uint64_t* size) const;
  std::string FullName(const std::string& path) const { return (folder_ / path).string(); }

 private:
  // Returns the descriptor of a regular file, which the caller owns, and sets *size.
  int OpenFile(const std::string& path, uint64_t* size) const;
  std::filesystem::path folder_;
  int fd_ = -1;
};

}  // namespace dataset
