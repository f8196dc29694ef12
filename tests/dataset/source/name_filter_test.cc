#include "dataset/source/name_filter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dataset {
namespace {

using Names = std::vector<std::string>;

TEST(NameFilterTest, SkipsWhatIsNoPhotoByItsName) {
  NameFilter filter({}, {});
  const struct {
    SkipKind kind;
    std::vector<const char*> paths;
  } kCases[] = {
      {SkipKind::kHidden, {".DS_Store", "a/._1.jpg", ".git/", "a/.thumbnails/", "a/.ipynb_checkpoints/", ".x.NEF"}},
      {SkipKind::kSystemFolder,
       {"@eaDir/", "a/@eaDir/", "__MACOSX/", "#recycle/", "$RECYCLE.BIN/", "System Volume Information/", "lost+found/",
        "@Recycle/", "Catalog Previews.lrdata/"}},
      {SkipKind::kCameraRaw, {"a/DSC_0000.NEF", "x.dng", "x.CR2", "x.cr3", "x.ARW", "x.orf", "x.RW2", "x.raf"}},
      {SkipKind::kBackup, {"x.jpg_original", "x.JPG_ORIGINAL", "x.jpg.bak", "x.jpg~", "x.orig", "x.old"}},
      {SkipKind::kUnfinished, {"x.jpg.part", "x.crdownload", "x.PARTIAL", "x.jpg.tmp", "x.aria2"}},
      {SkipKind::kThumbnail, {"x.THM", "x.thm"}},
      {SkipKind::kNoPicture, {"x.txt", "x.xmp", "Thumbs.db", "desktop.ini", "x.jpg.txt", "x.mov", "labels.csv"}},
  };
  for (const auto& row : kCases) {
    for (const char* path : row.paths) EXPECT_EQ(filter.Skips(path), row.kind) << path;
  }
}

TEST(NameFilterTest, TakesAllElse) {
  NameFilter filter({}, {});
  for (const char* path : {"x.jpg", "x.JPEG", "x.heic", "x.avif", "x.gif", "x.tif", "x.jp2", "x.unknown", "x", "x.",
                           "x.jpg_large", "a/x.y/z", "cat.0001", "bak", "part", "nef", "original",
                           // Folders that are named like files, and classes that are named like tools' folders.
                           "x.txt/", "x.NEF/", "old.bak/", "thumbnails/", "recycled/", "eaDir/", "cat/", "backup/"}) {
    EXPECT_EQ(filter.Skips(path), std::nullopt) << path;
  }
}

TEST(NameFilterTest, PatternsHaveTheLastWord) {
  NameFilter filter({"*.part", "@eaDir", ".keep/"}, {"runs", "*_thumb.*", "keep.part"});
  EXPECT_EQ(filter.Skips("a/x.part"), std::nullopt);
  EXPECT_EQ(filter.Skips("a/@eaDir/"), std::nullopt);
  EXPECT_EQ(filter.Skips(".keep/"), std::nullopt);
  EXPECT_EQ(filter.Skips("a/x.bak"), SkipKind::kBackup);
  EXPECT_EQ(filter.Skips("runs/"), SkipKind::kExcluded);
  EXPECT_EQ(filter.Skips("a/1_thumb.jpg"), SkipKind::kExcluded);
  EXPECT_EQ(filter.Skips("a/keep.part"), SkipKind::kExcluded);
  EXPECT_EQ(filter.WarningsOfUnused(), Names{});
}

// `--include '*.jpg'` does not mean "nothing else".
TEST(NameFilterTest, SaysThatAPatternChangedNothing) {
  NameFilter filter({"*.jpg"}, {"run", "*.bak"});
  EXPECT_EQ(filter.Skips("a/x.jpg"), std::nullopt);
  EXPECT_EQ(filter.Skips("a/x.bak"), SkipKind::kExcluded);
  EXPECT_EQ(filter.WarningsOfUnused(),
            (Names{"`exclude` 'run' matches no name; patterns begin at the raw folder",
                   "`include` '*.jpg' changes nothing: it matches no name that would be skipped; `exclude` leaves out "
                   "the others"}));
}

}  // namespace
}  // namespace dataset
