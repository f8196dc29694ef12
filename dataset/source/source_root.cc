#include "dataset/source/source_root.h"

#include <system_error>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"

namespace dataset {

namespace fs = std::filesystem;

fs::path ResolveSourceRoot(const fs::path& root) {
  std::error_code error;
  fs::path resolved = fs::canonical(root, error);
  if (error) throw Error::System(root, "cannot read the folder", error.value());
  if (!fs::is_directory(resolved, error)) throw Error(root, "is not a folder");
  if (!IsUtf8(resolved.native())) {
    throw Error(Printable(resolved.native()), "the name is not UTF-8; rename it");
  }
  return resolved;
}

}  // namespace dataset
