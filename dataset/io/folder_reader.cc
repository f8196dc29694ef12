#include "dataset/io/folder_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "dataset/base/error.h"
#include "dataset/io/descriptor.h"

namespace dataset {

namespace fs = std::filesystem;

FolderReader::FolderReader(const fs::path& folder)
    : folder_(folder), fd_(OpenDescriptor(folder, O_RDONLY | O_DIRECTORY, "cannot open the folder")) {}

FolderReader::~FolderReader() { close(fd_); }

bool FolderReader::HasFile(const std::string& path) const {
  struct stat status;
  if (fstatat(fd_, path.c_str(), &status, 0) == 0) return S_ISREG(status.st_mode);
  if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG && errno != ELOOP) {
    throw Error::System(FullName(path), "cannot read", errno);
  }
  return false;
}

uint64_t FolderReader::FileSize(const std::string& path) const {
  struct stat status;
  if (fstatat(fd_, path.c_str(), &status, 0) != 0) throw Error::System(FullName(path), "cannot read", errno);
  if (!S_ISREG(status.st_mode)) throw Error(FullName(path), "is not a regular file");
  return static_cast<uint64_t>(status.st_size);
}

FileStamp FolderReader::Stamp(const std::string& path) const {
  struct stat status;
  if (fstatat(fd_, path.c_str(), &status, 0) != 0) return {};
  return {static_cast<uint64_t>(status.st_size),
          static_cast<int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

int FolderReader::OpenFile(const std::string& path, uint64_t* size) const {
  // Without O_NONBLOCK, opening a pipe that has taken the file's place would wait for a writer.
  ScopedFd fd(openat(fd_, path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0) throw Error::System(FullName(path), "cannot open", errno);
  struct stat status;
  if (fstat(fd.get(), &status) != 0) throw Error::System(FullName(path), "cannot stat", errno);
  if (!S_ISREG(status.st_mode)) throw Error(FullName(path), "is not a regular file");
  *size = static_cast<uint64_t>(status.st_size);
  return fd.Release();
}

void FolderReader::Read(const std::string& path, std::string* out, uint64_t max_bytes) const {
  uint64_t size;
  const ScopedFd fd(OpenFile(path, &size));
  ReadAll(
      fd.get(), size, max_bytes, [&] { return FullName(path); }, out);
}

bool FolderReader::ReadEnds(const std::string& path, size_t first, size_t last, std::string* beginning,
                            std::string* end, uint64_t* size) const {
  const ScopedFd fd(OpenFile(path, size));
  if (*size <= first + last) return false;
  beginning->resize(first);
  end->resize(last);
  const size_t got = PositionedRead(fd.get(), 0, first, beginning->data(), [&] { return FullName(path); }) +
                     PositionedRead(fd.get(), *size - last, last, end->data(), [&] { return FullName(path); });
  return got == first + last;
}

}  // namespace dataset
