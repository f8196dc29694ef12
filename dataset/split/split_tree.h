#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "dataset/base/enum_names.h"
#include "dataset/catalog/manifest.h"
#include "dataset/io/staging_folder.h"

namespace dataset {

enum class Materialize { kNone, kHardlink, kSymlink, kReflink, kCopy };
constexpr auto EnumNames(Materialize) {
  return NameTable<Materialize, 5>{{{Materialize::kNone, "none"},
                                    {Materialize::kHardlink, "hardlink"},
                                    {Materialize::kSymlink, "symlink"},
                                    {Materialize::kReflink, "reflink"},
                                    {Materialize::kCopy, "copy"}}};
}

// FOLDER/{train,val,test}/CLASS/... of a manifest's files. An entry's place is its path less a leading split folder and
// class folder. Not thread-safe; works in parallel.
class SplitTrees {
 public:
  // Builds the trees beside their places. One that was made in this way from the same manifest stays as it is. Throws
  // Error for a class name that is no folder's name, for two entries with one place, for a folder in the way that
  // dsplit did not make, and if the file system cannot do what is asked for; then nothing has changed.
  SplitTrees(const Manifest& manifest, const std::filesystem::path& root, Materialize materialize,
             const std::filesystem::path& folder);
  // Puts them there, and removes those that an earlier manifest or run has left (all of them for kNone).
  void Publish();

 private:
  std::vector<std::unique_ptr<StagingFolder>> staged_;
  std::vector<std::filesystem::path> obsolete_;
};

}  // namespace dataset
