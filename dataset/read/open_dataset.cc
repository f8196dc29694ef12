#include "dataset/read/open_dataset.h"

#include <system_error>

#include "dataset/base/error.h"
#include "dataset/read/dataset_path.h"

namespace dataset {

namespace fs = std::filesystem;

bool IsHalfCompiled(const fs::path& path) {
  std::error_code error;
  if (fs::exists(path / "split.json", error)) return false;
  for (const fs::directory_entry& item : fs::directory_iterator(path, error)) {
    if (item.path().extension() == ".state" || item.path().filename() == "rejected.csv") return true;
  }
  return false;
}

DatasetInfo OpenDataset(const fs::path& path, const ForeignOptions& options) {
  if (fs::exists(path / "dataset.json")) {
    if (options != ForeignOptions()) {
      throw Error::Usage("`keys`, `label_base`, `classes`, `layout` and `scale` are for files of other programs, but " +
                         path.string() + " has a dataset.json that tells them");
    }
    return LoadDatasetInfo(path);
  }
  if (IsHalfCompiled(path)) return LoadDatasetInfo(path);
  try {
    return DescribeForeign(path, options);
  } catch (const Error&) {
    RefuseOtherPaths(path);
    throw;
  }
}

}  // namespace dataset
