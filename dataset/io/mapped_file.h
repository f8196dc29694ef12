#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace dataset {

// A regular file mapped into memory, read-only. Only the pages that are touched are read, and they are shared between
// processes. Truncating the file while it is mapped ends the process (SIGBUS), as with every reader of this kind.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);  // throws Error
  // An open file, closed at the end (and if this throws); `name` is for errors.
  MappedFile(int descriptor, const std::string& name);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view bytes() const { return bytes_; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::string_view bytes_;
};

}  // namespace dataset
