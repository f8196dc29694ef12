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

// What becomes of a tree that is there already, made in the same way from the same manifest and root.
enum class OldTree { kReplace, kKeepIfWhole };

// Whether dsplit made the tree, which SplitTrees may replace or remove then.
bool IsSplitTree(const std::filesystem::path& tree);

// The trees FOLDER/{train,val,test}/CLASS/... with the files of a manifest. An entry's path in its tree is the class,
// then the entry's path without a leading split folder and class folder. Not thread-safe; works in parallel inside.
class SplitTrees {
 public:
  // Builds the trees in staging folders beside their places. With OldTree::kKeepIfWhole a tree that was made in the
  // same way from the same manifest and root stays as it is if all its files are there. Throws Error, and changes
  // nothing, for a class name that cannot name a folder, for two entries with the same place, for a folder in the way
  // that dsplit did not make, and if the file system cannot do what `materialize` asks for.
  SplitTrees(const Manifest& manifest, const std::filesystem::path& root, Materialize materialize,
             const std::filesystem::path& folder, OldTree old_tree);
  // Moves the new trees to their places, and removes trees of earlier manifests or runs that are no longer wanted; with
  // kNone these are all trees that dsplit made.
  void Publish();

 private:
  std::vector<std::unique_ptr<StagingFolder>> staged_;
  std::vector<std::filesystem::path> obsolete_;
};

}  // namespace dataset
