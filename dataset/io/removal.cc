#include "dataset/io/removal.h"

#include <unistd.h>

#include <cerrno>

#include "dataset/base/error.h"

namespace dataset {

void RemoveFile(const std::filesystem::path& file) {
  if (unlink(file.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
    throw Error::System(file, "cannot remove", errno);
}

void RemoveIfEmpty(const std::filesystem::path& folder) {
  if (rmdir(folder.c_str()) == 0) return;
  const bool stays = errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
  if (!stays) throw Error::System(folder, "cannot remove", errno);
}

}  // namespace dataset
