#pragma once

#include <filesystem>
#include <string_view>

namespace train {

// A regular file mapped into memory, read-only. Only the pages that are touched are read, and they are shared between
// processes. Truncating the file while it is mapped ends the process (SIGBUS), as with every reader of this kind.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);  // throws dataset::Error
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

}  // namespace train
