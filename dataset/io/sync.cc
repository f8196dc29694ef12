#include "dataset/io/sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "dataset/base/error.h"
#include "dataset/io/descriptor.h"

namespace dataset {

namespace fs = std::filesystem;

void SyncDirectory(const fs::path& directory) {
  const fs::path path = directory.empty() ? fs::path(".") : directory;
  const ScopedFd fd(OpenDescriptor(path, O_RDONLY | O_DIRECTORY, "cannot open the folder"));
  SyncDescriptor(fd.get(), path);
}

void SyncFileSystem(const fs::path& directory) {
  const ScopedFd fd(OpenDescriptor(directory, O_RDONLY | O_DIRECTORY, "cannot open the folder"));
  if (syncfs(fd.get()) != 0) throw Error::System(directory, "cannot sync", errno);
}

}  // namespace dataset
