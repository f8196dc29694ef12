#include "dataset/read/dataset_path.h"

#include <string>
#include <system_error>

#include "dataset/base/ascii.h"
#include "dataset/base/error.h"
#include "dataset/codec/codec_table.h"

namespace dataset {

namespace fs = std::filesystem;

namespace {

// Whether one of the first files, at most three folders deep, is a picture.
bool HoldsPictures(const fs::path& folder) {
  constexpr int kDeepest = 3, kMostEntries = 1000;
  std::error_code error;
  int entries = 0;
  for (fs::recursive_directory_iterator item(folder, error), end; !error && item != end; item.increment(error)) {
    if (++entries > kMostEntries) return false;
    if (item.depth() == kDeepest) item.disable_recursion_pending();
    if (HasImageExtension(item->path().native()) && item->is_regular_file(error)) return true;
  }
  return false;
}

std::string ExplainFile(const fs::path& path) {
  const std::string extension = AsciiLower(path.extension().string());
  if (path.filename() == "dataset.json") {
    return "is the index of a dataset; give its folder, " +
           (path.has_parent_path() ? path.parent_path() : ".").string();
  }
  if (path.filename() == "manifest.csv") return "is the manifest of a split; dscompile makes a dataset of it";
  if (extension == ".csv" || extension == ".json" || extension == ".jsonl" || extension == ".tsv") {
    return "is a list, not a dataset; dsplit makes a split of a list of pictures, and dscompile a dataset of the split";
  }
  if (HasImageExtension(path.native()))
    return "is a picture, not a dataset; dsplit and dscompile make one of a folder of pictures";
  return "";
}

std::string ExplainFolder(const fs::path& path) {
  std::error_code error;
  const auto has = [&](const char* name) { return fs::exists(path / name, error); };
  if (has("model.json") && has("weights.safetensors"))
    return "is a run of dtrain, not a dataset; give what it trains on";
  if (has("manifest.csv")) return "holds a split, not a dataset; dscompile makes one of its manifest.csv";
  if (HoldsPictures(path)) {
    return "is a folder of pictures, not a dataset; dsplit makes a split of it, and dscompile a dataset of the split";
  }
  return "";
}

}  // namespace

void RefuseOtherPaths(const fs::path& path) {
  std::error_code error;
  std::string cause;
  if (fs::is_directory(path, error)) {
    cause = ExplainFolder(path);
  } else if (fs::exists(path, error)) {
    cause = ExplainFile(path);
  } else if (path.string().find_first_of("*?[") == std::string::npos) {
    cause = "there is no such file or folder; dscompile makes a dataset of a split, and dsplit a split of pictures";
  }
  if (!cause.empty()) throw Error(path, cause);
}

bool MayBeThere(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) || path.string().find_first_of("*?[") != std::string::npos;
}

}  // namespace dataset
