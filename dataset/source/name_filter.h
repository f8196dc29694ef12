#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/enum_names.h"
#include "dataset/source/path_glob.h"

namespace dataset {

// Why a file or folder of the raw folder gives no sample.
enum class SkipKind {
  kHidden,
  kSystemFolder,
  kCameraRaw,
  kBackup,
  kUnfinished,
  kThumbnail,
  kNoPicture,
  kNoFile,
  kNoClass,
  kExcluded
};
constexpr auto EnumNames(SkipKind) {
  return NameTable<SkipKind, 10>{{{SkipKind::kHidden, "hidden"},
                                  {SkipKind::kSystemFolder, "folder of a system"},
                                  {SkipKind::kCameraRaw, "camera raw"},
                                  {SkipKind::kBackup, "backup"},
                                  {SkipKind::kUnfinished, "unfinished download"},
                                  {SkipKind::kThumbnail, "thumbnail"},
                                  {SkipKind::kNoPicture, "no picture"},
                                  {SkipKind::kNoFile, "no regular file"},
                                  {SkipKind::kNoClass, "in no class"},
                                  {SkipKind::kExcluded, "excluded"}}};
}

struct SkippedName {
  std::string path;  // relative to the root; that of a folder ends in '/', and nothing in it is listed
  SkipKind kind;
};

// Tells by its name alone whether a file can be a photo and whether a folder can hold some. What cannot: names that
// begin with a dot, folders that systems keep for themselves (@eaDir, __MACOSX, $RECYCLE.BIN), camera raw, backups,
// unfinished downloads, thumbnails, and files of kinds that are no pictures (.txt, .xmp, .mp4). A file without
// extension, or with an unknown one, may be a photo. Patterns have the last word. Not thread-safe.
class NameFilter {
 public:
  // What matches `include` is taken though its name speaks against it; what matches `exclude` is not, though it may
  // match `include`. Throws Error::Usage for a pattern that PathGlob refuses.
  NameFilter(const std::vector<std::string>& include, const std::vector<std::string>& exclude);

  // Returns why the name is skipped; nullopt: it is taken. `path` is as PathGlob takes it.
  std::optional<SkipKind> Skips(std::string_view path);
  // A sentence for each pattern that has changed no answer so far.
  std::vector<std::string> WarningsOfUnused() const;

 private:
  struct Pattern {
    PathGlob glob;
    bool used = false;
  };
  static bool Matches(std::vector<Pattern>* patterns, std::string_view path);

  std::vector<Pattern> include_;
  std::vector<Pattern> exclude_;
};

}  // namespace dataset
