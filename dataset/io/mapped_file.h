#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace dataset {

// A regular file mapped into memory, read-only. Only pages that are touched are read, and processes share them. If the
// file is truncated while it is mapped, touching the lost pages ends the process (SIGBUS). Thread-safe.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);  // throws Error
  // Maps an open file and takes over its descriptor: the destructor closes it, as does this constructor if it throws
  // Error. `name` is named in errors.
  MappedFile(int descriptor, const std::string& name);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  // All bytes of the file, valid as long as this object.
  std::string_view bytes() const { return bytes_; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::string_view bytes_;
};

}  // namespace dataset
