#include "dataset/image_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>

#include "dataset/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using testing::FromHex;
using testing::TempDir;
using testing::WriteFile;

const std::string kPng = FromHex("89504e470d0a1a0a 0000000d49484452");
const std::string kJpeg = FromHex("ffd8ffe0 00104a464946000101000001");

ImageFolder Scan(const fs::path& root) {
  NoProgress progress;
  return ScanImageFolder(root, progress);
}

Names Paths(const ImageFolder& folder) {
  Names paths;
  for (const ImageFile& file : folder.images) paths.push_back(file.path);
  return paths;
}

std::string ErrorOf(const fs::path& root) {
  try {
    Scan(root);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ImageFolderTest, FindsImagesAtAnyDepthSortedBytewise) {
  TempDir dir;
  for (const char* name : {"b/2.png", "b/10.png", "B/x/y/z.png", "a-b/1.png", "a/1.png", "ü/1.png", "top.png"}) {
    WriteFile(dir / name, kPng);
  }
  const ImageFolder found = Scan(dir.path());
  EXPECT_EQ(Paths(found), (Names{"B/x/y/z.png", "a-b/1.png", "a/1.png", "b/10.png", "b/2.png", "top.png", "ü/1.png"}));
  EXPECT_EQ(found.folders, (Names{"B", "B/x", "B/x/y", "a", "a-b", "b", "ü"}));
  EXPECT_EQ(found.images[0].size, kPng.size());
}

// split-folders drops "1.JPG" and takes "Thumbs.db".
TEST(ImageFolderTest, TellsImagesByContentNotByExtension) {
  TempDir dir;
  WriteFile(dir / "a/1.JPG", kJpeg);
  WriteFile(dir / "a/2", kJpeg);
  WriteFile(dir / "a/3.txt", kPng);
  WriteFile(dir / "a/Thumbs.db", "\xd0\xcf\x11\xe0 and more");
  WriteFile(dir / "a/page.jpg", "<!DOCTYPE html><html>");
  WriteFile(dir / "a/empty.jpg", "");
  WriteFile(dir / "a/short.png", kPng.substr(0, 4));
  const ImageFolder found = Scan(dir.path());
  EXPECT_EQ(Paths(found), (Names{"a/1.JPG", "a/2", "a/3.txt"}));
  EXPECT_EQ(found.not_images, (Names{"a/Thumbs.db", "a/empty.jpg", "a/page.jpg", "a/short.png"}));
}

TEST(ImageFolderTest, SkipsAndCountsHiddenNames) {
  TempDir dir;
  WriteFile(dir / "a/1.png", kPng);
  WriteFile(dir / "a/.2.png", kPng);
  WriteFile(dir / "a/._1.png", "resource fork");
  WriteFile(dir / ".ipynb_checkpoints/3.png", kPng);
  WriteFile(dir / ".ipynb_checkpoints/.4.png", kPng);
  const ImageFolder found = Scan(dir.path());
  EXPECT_EQ(Paths(found), Names{"a/1.png"});
  EXPECT_EQ(found.folders, Names{"a"});
  EXPECT_EQ(found.hidden, 3u);
}

TEST(ImageFolderTest, FollowsLinksToFilesAndFolders) {
  TempDir dir, other;
  WriteFile(other / "x/1.png", kPng);
  WriteFile(dir / "a/2.png", kPng);
  fs::create_symlink(other / "x", dir / "b");
  fs::create_symlink(other / "x/1.png", dir / "a/link.png");
  fs::create_symlink("a", dir / "again");
  EXPECT_EQ(Paths(Scan(dir.path())), (Names{"a/2.png", "a/link.png", "again/2.png", "again/link.png", "b/1.png"}));
}

TEST(ImageFolderTest, RefusesALinkToAFolderAboveIt) {
  for (const char* target : {".", "..", "../..", "../../a"}) {
    TempDir dir;
    WriteFile(dir / "a/b/1.png", kPng);
    fs::create_directory_symlink(target, dir / "a/b/loop");
    const std::string error = ErrorOf(dir.path());
    EXPECT_NE(error.find("a/b/loop"), std::string::npos) << target << ": " << error;
    EXPECT_NE(error.find("a link to a folder that it lies in"), std::string::npos) << error;
  }
}

TEST(ImageFolderTest, RefusesALinkToItself) {
  TempDir dir;
  fs::create_symlink("self.png", dir / "self.png");
  EXPECT_EQ(ErrorOf(dir.path()), (dir / "self.png").string() + ": a loop of links");
}

TEST(ImageFolderTest, RefusesALinkToNothing) {
  TempDir dir;
  fs::create_symlink("gone.png", dir / "1.png");
  EXPECT_EQ(ErrorOf(dir.path()), (dir / "1.png").string() + ": cannot read: No such file or directory");
}

TEST(ImageFolderTest, RefusesAMissingFolder) {
  TempDir dir;
  EXPECT_EQ(ErrorOf(dir / "gone"), (dir / "gone").string() + ": cannot read: No such file or directory");
}

TEST(ImageFolderTest, AlwaysNamesTheFirstUnreadableFile) {
  if (geteuid() == 0) GTEST_SKIP() << "root can read everything";
  TempDir dir;
  for (int i = 0; i < 300; ++i) WriteFile(dir / ("a/" + std::to_string(1000 + i)), kPng);
  for (int i : {150, 290, 70}) chmod((dir / ("a/" + std::to_string(1000 + i))).c_str(), 0);
  for (int run = 0; run < 10; ++run) EXPECT_NE(ErrorOf(dir.path()).find("a/1070: "), std::string::npos);
}

TEST(ImageFolderTest, RefusesNamesThatAreNotUtf8) {
  TempDir dir;
  WriteFile(dir / "caf\xe9/1.png", kPng);
  EXPECT_EQ(ErrorOf(dir.path()), dir.path().string() + "/caf\\xe9: the name is not UTF-8; rename it");
}

// Opening a pipe would wait for a writer.
TEST(ImageFolderTest, NeverOpensWhatIsNoRegularFile) {
  TempDir dir;
  WriteFile(dir / "a/1.png", kPng);
  ASSERT_EQ(mkfifo((dir / "a/pipe.png").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", dir / "a/zero.png");
  EXPECT_EQ(Scan(dir.path()).not_images, (Names{"a/pipe.png", "a/zero.png"}));
}

TEST(ImageFolderTest, SaysHowFarItIs) {
  class Counter : public NoProgress {
   public:
    void Start(const std::string&, uint64_t total) override { total_ = total; }
    void Advance(uint64_t count) override { done_ += count; }
    uint64_t total_ = 0;
    std::atomic<uint64_t> done_ = 0;
  } counter;
  TempDir dir;
  for (int i = 0; i < 200; ++i) WriteFile(dir / ("a/" + std::to_string(i)), kPng);
  ScanImageFolder(dir.path(), counter);
  EXPECT_EQ(counter.total_, 200u);
  EXPECT_EQ(counter.done_, 200u);
}

}  // namespace
}  // namespace dataset
