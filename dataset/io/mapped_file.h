#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace dataset {

// A regular file mapped into memory, read-only. Only the pages that are touched are read, and they are shared between
// processes. Truncating the file while it is mapped ends the process (SIGBUS), as with every reader of this kind.
class MappedFile {
 public:
  MappedFile() = default;                                  // no file: no bytes, descriptor -1
  explicit MappedFile(const std::filesystem::path& path);  // throws Error
  // An open file, closed at the end (and if this throws); `name` is for errors.
  MappedFile(int descriptor, std::string name);
  // Views of bytes() stay valid; the one that was moved from has no file any more.
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();
  std::string_view bytes() const { return bytes_; }  // all of the file, as long as this lives
  int descriptor() const { return descriptor_; }
  const std::string& name() const { return name_; }  // the path, or what it was called

 private:
  std::string name_;
  int descriptor_ = -1;
  std::string_view bytes_;
};

}  // namespace dataset
