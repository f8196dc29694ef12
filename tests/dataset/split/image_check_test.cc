#include "dataset/split/image_check.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "dataset/base/error.h"
#include "dataset/codec/encoder.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::FromHex;
using testing::MakePicture;
using testing::TempDir;
using testing::TinyPng;
using testing::WriteFile;
using Verdict = CheckedImage::Verdict;

std::vector<CheckedImage> Check(const fs::path& root, const std::vector<std::string>& paths,
                                const ImageCheckOptions& options = {}) {
  std::vector<SourceSample> samples;
  for (const std::string& path : paths) samples.push_back({path, "x", std::nullopt, ""});
  NoProgress progress;
  return CheckImages(root, samples, options, progress);
}

std::string Jpeg() {
  std::string bytes;
  EncodeJpeg(MakePicture(64, 80, 3, 1), 90, &bytes);
  return bytes;
}

// split-folders takes Thumbs.db, and TensorFlow's scripts take every file that is named .jpg.
TEST(ImageCheckTest, ContentDecidesNotTheName) {
  TempDir dir;
  WriteFile(dir / "1.JPG", Jpeg());
  WriteFile(dir / "2", TinyPng());
  WriteFile(dir / "3.txt", Jpeg());
  WriteFile(dir / "Thumbs.db", "\xd0\xcf\x11\xe0 and more");
  WriteFile(dir / "page.jpg", "<!DOCTYPE html><html>");
  WriteFile(dir / "empty.jpg", "");
  for (ImageCheck check : {ImageCheck::kHeader, ImageCheck::kFull}) {
    const auto images = Check(dir.path(), {"1.JPG", "2", "3.txt", "Thumbs.db", "page.jpg", "empty.jpg"},
                              {check, Hashing::kNone, Perceptual::kNo});
    for (size_t i = 0; i < 3; ++i) EXPECT_EQ(images[i].verdict, Verdict::kImage) << images[i].reason;
    for (size_t i = 3; i < 6; ++i) EXPECT_EQ(images[i].verdict, Verdict::kUnknownFormat);
    EXPECT_EQ(images[5].reason, "an empty file");
  }
}

// The middle of a large JPEG is not read; the verdict is the same as if it were.
TEST(ImageCheckTest, LargeFilesAreJudgedByTheirEnds) {
  TempDir dir;
  const std::string small = Jpeg(), large = small.substr(0, small.size() - 2) + std::string(200000, 'x');
  std::string late = small.substr(0, 2);  // the frame comes after the first 64 KiB
  for (int i = 0; i < 2; ++i) late += FromHex("ffeffff0") + std::string(0xffee, 'x');
  late += small.substr(2);
  const std::vector<std::pair<std::string, std::string>> files = {
      {large + "\xff\xd9", ""},
      {large + "\xff\xd9" + std::string(3000, '\0'), ""},
      {large + "\xff\xd9" + std::string(10000, '\0'), ""},
      {late, ""},
      {large, "JPEG: no end-of-image marker: the file is cut off"},
      {late.substr(0, late.size() - 2), "JPEG: no end-of-image marker: the file is cut off"},
      {std::string(200000, 'x'), "not a JPEG, PNG, BMP, GIF, WebP, TIFF, HEIC or AVIF file"},
  };
  for (const auto& [bytes, reason] : files) {
    WriteFile(dir / "photo", bytes);
    const auto images = Check(dir.path(), {"photo"});
    EXPECT_EQ(images[0].reason, reason) << bytes.size();
    EXPECT_EQ(images[0].size, bytes.size());
  }
}

TEST(ImageCheckTest, FullFindsWhatTheHeaderHides) {
  TempDir dir;
  std::string bytes = Jpeg();
  WriteFile(dir / "cut.jpg", bytes.substr(0, bytes.size() / 2));
  bytes.erase(bytes.size() / 2, bytes.size() / 4);
  WriteFile(dir / "hole.jpg", bytes);
  const auto header = Check(dir.path(), {"cut.jpg", "hole.jpg"});
  EXPECT_EQ(header[0].verdict, Verdict::kDamaged);
  EXPECT_NE(header[0].reason.find("cut off"), std::string::npos);
  EXPECT_EQ(header[1].verdict, Verdict::kImage);
  const auto full = Check(dir.path(), {"cut.jpg", "hole.jpg"}, {ImageCheck::kFull, Hashing::kNone, Perceptual::kNo});
  EXPECT_EQ(full[1].verdict, Verdict::kDamaged);
  EXPECT_NE(full[1].reason, "");
}

TEST(ImageCheckTest, TellsFormatsThatAreNotReadFromDamage) {
  TempDir dir;
  WriteFile(dir / "a.jxl", FromHex("ff0a 0123456789"));
  WriteFile(dir / "b.heic", FromHex("00000018 66747970 68656963 00000000 6d696631 68656963 12345678 0000"));
  WriteFile(dir / "c.txt", "text");
  WriteFile(dir / "d.gif",
            FromHex("474946383961 0200 0100 80 00 00  000000 ffffff  2c 0000 0000 0200 0100 00  02 02 440a 00"
                    "2c 0000 0000 0200 0100 00  02 02 440a 00 3b"));
  const auto images = Check(dir.path(), {"a.jxl", "b.heic", "c.txt", "d.gif"});
  EXPECT_EQ(images[0].verdict, Verdict::kUnreadFormat);
  EXPECT_EQ(images[0].reason, "JPEG XL is not read; convert to PNG or JPEG");
  EXPECT_EQ(images[1].verdict, Verdict::kDamaged);
  EXPECT_EQ(images[1].reason, "HEIC: the file is cut off");
  EXPECT_EQ(images[2].verdict, Verdict::kUnknownFormat);
  EXPECT_EQ(images[3].verdict, Verdict::kImage) << images[3].reason;
  EXPECT_TRUE(images[3].animated);
}

TEST(ImageCheckTest, NoneReadsNothing) {
  TempDir dir;
  WriteFile(dir / "text.jpg", "no image");
  const auto images = Check(dir.path(), {"text.jpg"}, {ImageCheck::kNone, Hashing::kNone, Perceptual::kNo});
  EXPECT_EQ(images[0].verdict, Verdict::kImage);
  EXPECT_EQ(images[0].size, 8u);
  EXPECT_FALSE(images[0].sha256);
}

TEST(ImageCheckTest, HashesOnlyWhatCanBeEqual) {
  TempDir dir;
  WriteFile(dir / "a", TinyPng("1"));
  WriteFile(dir / "b", TinyPng("2"));
  WriteFile(dir / "c", TinyPng("longer"));
  for (ImageCheck check : {ImageCheck::kNone, ImageCheck::kHeader}) {
    const auto images = Check(dir.path(), {"a", "b", "c"}, {check, Hashing::kSharedSizes, Perceptual::kNo});
    ASSERT_TRUE(images[0].sha256 && images[1].sha256);
    EXPECT_EQ(Hex(*images[0].sha256), Sha256Hex(TinyPng("1")));
    EXPECT_NE(images[0].sha256, images[1].sha256);
    EXPECT_FALSE(images[2].sha256);
  }
  EXPECT_TRUE(Check(dir.path(), {"c"}, {ImageCheck::kNone, Hashing::kAll, Perceptual::kNo})[0].sha256);
}

TEST(ImageCheckTest, AlwaysNamesTheFirstUnreadableFile) {
  TempDir dir;
  std::vector<std::string> paths;
  for (int i = 0; i < 300; ++i) {
    paths.push_back(std::to_string(1000 + i));
    if (i != 70 && i != 150 && i != 290) WriteFile(dir / paths.back(), TinyPng());
  }
  for (int run = 0; run < 10; ++run) {
    try {
      Check(dir.path(), paths);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()), (dir / "1070").string() + ": cannot read: No such file or directory");
    }
  }
}

TEST(ImageCheckTest, RefusesWhatIsNoRegularFile) {
  TempDir dir;
  ASSERT_EQ(mkfifo((dir / "pipe").c_str(), 0600), 0);
  fs::create_directory(dir / "folder");
  for (const char* name : {"pipe", "folder"}) {
    for (Hashing hashing : {Hashing::kNone, Hashing::kSharedSizes}) {
      EXPECT_THROW(Check(dir.path(), {name}, {ImageCheck::kHeader, hashing, Perceptual::kNo}), Error) << name;
    }
  }
}

TEST(ImageCheckTest, SaysHowFarItIs) {
  class Counter : public NoProgress {
   public:
    void Advance(uint64_t count) override { done_ += count; }
    std::atomic<uint64_t> done_ = 0;
  } counter;
  TempDir dir;
  std::vector<SourceSample> samples;
  for (int i = 0; i < 200; ++i) {
    samples.push_back({std::to_string(i), "x", std::nullopt, ""});
    WriteFile(dir / samples.back().path, TinyPng());
  }
  CheckImages(dir.path(), samples, {ImageCheck::kHeader, Hashing::kNone, Perceptual::kNo}, counter);
  EXPECT_EQ(counter.done_, 200u);
}

// Every odd or broken file gets a verdict; none crashes.
TEST(ImageCheckTest, JudgesTheOddOnes) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(data / "odd")) {
    if (entry.is_regular_file()) paths.push_back(fs::relative(entry.path(), data / "odd"));
  }
  const auto images = Check(data / "odd", paths, {ImageCheck::kFull, Hashing::kAll, Perceptual::kYes});
  for (size_t i = 0; i < paths.size(); ++i) {
    EXPECT_EQ(images[i].verdict == Verdict::kImage, images[i].reason.empty()) << paths[i];
    EXPECT_TRUE(!paths[i].starts_with("orientation/") || images[i].reason.empty()) << paths[i];
  }
}

}  // namespace
}  // namespace dataset
