#include "dataset/io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "dataset/base/error.h"

namespace dataset {
namespace {

int Open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a FIFO without a writer would wait forever.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) throw Error::System(path, "cannot open", errno);
  return descriptor;
}

std::string_view Map(int descriptor, const std::string& name) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) throw Error::System(name, "cannot stat", errno);
  if (!S_ISREG(status.st_mode)) throw Error(name, "is not a regular file");
  const size_t size = static_cast<size_t>(status.st_size);
  if (size == 0) return {};
  void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (address == MAP_FAILED) throw Error::System(name, "cannot map", errno);
  return {static_cast<const char*>(address), size};
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) : MappedFile(Open(path), path.string()) {}

MappedFile::MappedFile(int descriptor, std::string name) : name_(std::move(name)), descriptor_(descriptor) {
  try {
    bytes_ = Map(descriptor, name_);
  } catch (...) {
    close(descriptor);
    throw;
  }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      bytes_(std::exchange(other.bytes_, {})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace dataset
