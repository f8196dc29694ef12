#include "dataset/inspect/verify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "dataset/io/sync.h"
#include "dataset/record/example.h"
#include "dataset/record/record_writer.h"
#include "dataset/record/shard_index.h"
#include "dataset/sample/store.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/dataset/read/foreign_file.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::WriteFile;

VerifyReport Verify(const fs::path& path, VerifyLevel level = VerifyLevel::kBytes) {
  NoProgress progress;
  return VerifyDataset(path, level, progress);
}

class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() { Build(4); }

  void Build(int per_class) {
    for (const char* name : {"raw", "out.ds"}) fs::remove_all(dir_ / name);
    testing::MakeImageFolder(dir_ / "raw", 2, per_class, 8);
    options_ = testing::TinyOptions(dir_.path());
    options_.store = Store::kRaw;
    info_ = testing::Compile(options_);
    folder_ = options_.output;
    shard_ = folder_ / info_.splits[0].shards[0].name;
  }

  // Returns the problem of the dataset, or all problems if there are several.
  std::string Problem() const {
    std::string problems;
    for (const std::string& problem : Verify(folder_).problems) problems += (problems.empty() ? "" : "\n") + problem;
    return problems;
  }

  std::vector<IndexEntry> Index() const {
    return ParseIndex(ReadFile(shard_.string() + ".idx"), info_.splits[0].shards[0].bytes, "");
  }

  // Writes the shard anew with its Examples changed; CRCs, index and dataset.json stay in order.
  template <typename Change>
  void ChangeExample(const Change& change) {
    const std::string bytes = ReadFile(shard_);
    RecordWriter writer(shard_);
    std::vector<IndexEntry> index;
    for (const IndexEntry& entry : Index()) {
      Example example = ParseExample(std::string_view(bytes).substr(entry.offset + 12, entry.size - 16), {});
      change(index.size(), &example);
      const uint64_t offset = writer.Write(SerializeExample(example));
      index.push_back({offset, writer.bytes() - offset});
    }
    info_.splits[0].shards[0].bytes = writer.bytes();
    info_.splits[0].shards[0].crc32c = writer.crc32c();
    writer.Close(Sync::kNo);
    WriteFile(shard_.string() + ".idx", FormatIndex(index));
    WriteFile(folder_ / "dataset.json", FormatDatasetInfo(info_));
  }

  TempDir dir_;
  CompileOptions options_;
  DatasetInfo info_;
  fs::path folder_;
  fs::path shard_;
};

TEST_F(VerifyTest, AllIsWell) {
  const VerifyReport report = Verify(folder_);
  EXPECT_EQ(Problem(), "");
  EXPECT_EQ(report.files, 3u);
  EXPECT_EQ(report.records, 8u);
  uint64_t bytes = 0;
  for (const DatasetSplit& split : info_.splits) bytes += fs::file_size(folder_ / split.shards[0].name);
  EXPECT_EQ(report.bytes, bytes);
}

TEST_F(VerifyTest, EveryFlippedBitIsReportedWithItsRecordAndOffset) {
  Build(1);
  const std::string good = ReadFile(shard_);
  const std::vector<IndexEntry> index = Index();
  size_t record = 0;
  for (size_t byte = 0; byte < good.size(); ++byte) {
    if (byte == index[record].offset + index[record].size) ++record;
    std::string bad = good;
    bad[byte] = static_cast<char>(bad[byte] ^ 1 << byte % 8);
    WriteFile(shard_, bad);
    const std::string place = shard_.string() + ": record " + std::to_string(record) + " at byte " +
                              std::to_string(index[record].offset) + ": ";
    ASSERT_EQ(Problem().substr(0, place.size()), place) << "byte " << byte;
  }
}

TEST_F(VerifyTest, EveryBitOfAHeaderIsReported) {
  const std::string good = ReadFile(shard_);
  for (size_t bit = 0; bit < 12 * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    WriteFile(shard_, bad);
    ASSERT_NE(Problem().find(shard_.string() + ": record 0 at byte 0: "), std::string::npos) << "bit " << bit;
  }
}

TEST_F(VerifyTest, EveryCutInTheLastRecordIsReported) {
  Build(1);
  const std::string good = ReadFile(shard_);
  const IndexEntry last = Index().back();
  for (size_t size = last.offset; size < good.size(); ++size) {
    WriteFile(shard_, good.substr(0, size));
    ASSERT_NE(Problem().find(shard_.string() + ": "), std::string::npos) << size;
  }
}

TEST_F(VerifyTest, TrailingBytesAreReported) {
  const std::string good = ReadFile(shard_);
  for (const size_t more : {1, 4, 11, 12, 16, 100}) {
    WriteFile(shard_, good + std::string(more, '\0'));
    ASSERT_NE(Problem().find(shard_.string() + ": record 4 at byte " + std::to_string(good.size())), std::string::npos)
        << more << ": " << Problem();
  }
  // One whole, good record more than dataset.json says.
  const uint64_t size = Index()[0].size;
  WriteFile(shard_, good + good.substr(0, size));
  EXPECT_NE(Problem().find("is there twice"), std::string::npos) << Problem();
}

TEST_F(VerifyTest, DamageOfOneShardDoesNotHideThatOfAnother) {
  WriteFile(shard_, "");
  const fs::path other = folder_ / info_.splits[2].shards[0].name;
  fs::remove(other);
  const std::string problems = Problem();
  EXPECT_NE(problems.find(shard_.string()), std::string::npos);
  EXPECT_NE(problems.find(other.string()), std::string::npos);
}

TEST_F(VerifyTest, ReportsFilesThatDoNotFitEachOther) {
  const std::string index = shard_.string() + ".idx", index_text = ReadFile(index);
  const std::string classes = (folder_ / "classes.txt").string(), json = (folder_ / "dataset.json").string();
  const std::string json_text = ReadFile(json);
  DatasetInfo counts = info_, crc = info_, options = info_;
  counts.splits[0].records_per_class = {1, 3};
  crc.splits[0].shards[0].crc32c ^= 1;
  options.options["resize"] = "99";
  const struct {
    std::string file;
    std::string content;
    std::string problem;
  } cases[] = {
      {index, index_text.substr(0, index_text.size() - 2) + "9\n", index + ": "},
      {index, "", index + ": "},
      {index, "0 " + std::to_string(info_.splits[0].shards[0].bytes) + "\n", index + ": has 1 records"},
      {classes, "class_b\nclass_a\n", classes + ": has other classes"},
      {json, FormatDatasetInfo(counts), json + ": split train: records_per_class"},
      {json, FormatDatasetInfo(crc), shard_.string() + ": its CRC-32C"},
      {json, FormatDatasetInfo(options), json + ": does not fit its own fingerprint"},
      {json, "{}", json + ": "},
      {(folder_ / "tiny-val.tfrecord-00001-of-00002").string(), "x", folder_.string() + "/tiny-val.tfrecord-00001"},
  };
  for (const auto& [file, content, problem] : cases) {
    const bool existed = fs::exists(file);
    const std::string before = existed ? ReadFile(file) : "";
    WriteFile(file, content);
    EXPECT_NE(Problem().find(problem), std::string::npos) << problem << " is not in: " << Problem();
    existed ? WriteFile(file, before) : static_cast<void>(fs::remove(file));
    ASSERT_EQ(Problem(), "");
  }
}

TEST_F(VerifyTest, AShiftedIndexThatFitsTheSizeIsReported) {
  std::vector<IndexEntry> entries = Index();
  entries[1].size += 1;
  entries[2].offset += 1;
  entries[2].size -= 1;
  WriteFile(shard_.string() + ".idx", FormatIndex(entries));
  EXPECT_NE(Problem().find(".idx: record 1 at byte "), std::string::npos) << Problem();
}

TEST_F(VerifyTest, ReportsExamplesThatDoNotFitTheDataset) {
  const struct {
    const char* key;
    Feature value;
    const char* problem;
  } cases[] = {
      {"image/class/text", std::vector<std::string>{"dog"}, "image/class/text is not the name"},
      {"image/class/label", std::vector<int64_t>{7}, "image/class/label 7"},
      {"image/filename", std::vector<std::string>{"twice"}, "is there twice"},
      {"image/raw", std::vector<std::string>{""}, "image/raw has 0 bytes"},
      {"image/width", std::monostate{}, "image/width is not one integer"},
  };
  for (const auto& [key, value, problem] : cases) {
    Build(4);
    ChangeExample([k = key, v = value](size_t i, Example* example) {
      if (i >= 2) (*example)[k] = v;
    });
    EXPECT_NE(Problem().find(shard_.string() + ": record "), std::string::npos) << Problem();
    EXPECT_NE(Problem().find(problem), std::string::npos) << Problem();
  }
}

TEST_F(VerifyTest, AFolderWithoutDatasetJsonIsAProblem) {
  fs::remove(folder_ / "dataset.json");
  EXPECT_NE(Problem().find("is not a complete dataset"), std::string::npos);
}

TEST_F(VerifyTest, TakesAFileOfAnyOrigin) {
  RecordWriter writer(dir_ / "x.tfrecord");
  writer.Write("not an Example");
  writer.Write("");
  writer.Close(Sync::kNo);
  const VerifyReport report = Verify(dir_ / "x.tfrecord");
  EXPECT_TRUE(report.problems.empty());
  EXPECT_EQ(report.records, 2u);
  EXPECT_EQ(report.bytes, 46u);
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find("its records are no Examples"), std::string::npos);
  EXPECT_TRUE(Verify(shard_).notes.empty());
  EXPECT_EQ(Verify(dir_ / "absent").problems.size(), 1u);
}

TEST_F(VerifyTest, NotesFilesOfOthersThatAreEmptyOrNotRead) {
  const auto path = [&](const char* name) { return dir_ / "other" / name; };
  fs::create_directories(dir_ / "other");
  for (const char* name : {"a.tfrecord", "b"}) {
    RecordWriter writer(path(name));
    writer.Write("");
    writer.Close(Sync::kNo);
  }
  testing::WriteFile(path("c.tfrecord"), "");
  testing::WriteFile(path("d.tfrecord"), "cut");
  const VerifyReport report = Verify(dir_ / "other" / "*.tfrecord");
  EXPECT_EQ(report.notes, std::vector<std::string>{"1 of its 3 files has no records: " + path("c.tfrecord").string()});
  EXPECT_EQ(report.problems.size(), 1u);
  for (const char* name : {"c.tfrecord", "d.tfrecord"}) fs::remove(path(name));
  EXPECT_EQ(Verify(dir_ / "other").notes,
            std::vector<std::string>{"1 file with records is not read, because the name is none of a TFRecord file: " +
                                     path("b").string()});
}

TEST(VerifyPicturesTest, EachRecordThatDoesNotDecodeIsNamed) {
  const TempDir dir;
  testing::MakeImageFolder(dir / "raw", 2, 6, 40);
  testing::MakeImageFolder(dir / "raw", 2, 6, 40, ".png");
  // Damage behind the header, which the checksums of the dataset cover.
  for (const char* name : {"class_a/img_0001.jpg", "class_a/img_0004.png", "class_b/img_0000.jpg"}) {
    std::string bytes = ReadFile(dir / ("raw/" + std::string(name)));
    if (std::string_view(name).ends_with(".png")) {
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    } else {
      bytes.replace(bytes.size() * 3 / 4, bytes.size(), "\xff\xd9");
    }
    WriteFile(dir / ("raw/" + std::string(name)), bytes);
  }
  CompileOptions options = testing::TinyOptions(dir.path());
  options.check = SourceCheck::kHeader;
  const DatasetInfo info = testing::Compile(options);
  EXPECT_EQ(Verify(options.output).problems, std::vector<std::string>());
  const std::vector<std::string> problems = Verify(options.output, VerifyLevel::kPictures).problems;
  ASSERT_EQ(problems.size(), 3u);
  for (const char* name : {"class_a/img_0001.jpg: JPEG: ", "class_a/img_0004.png: PNG: ", "class_b/img_0000.jpg: "}) {
    const auto named = [&](const std::string& problem) {
      return problem.starts_with(options.output.string() + "/tiny-") && problem.find(": record ") != problem.npos &&
             problem.find(name) != problem.npos;
    };
    EXPECT_EQ(std::count_if(problems.begin(), problems.end(), named), 1) << name;
  }
  for (const Store store : {Store::kRaw, Store::kNormalized}) {
    options.store = store;
    options.existing = ExistingOutput::kOverwrite;
    testing::Compile(options);
    EXPECT_EQ(Verify(options.output, VerifyLevel::kPictures).problems, std::vector<std::string>());
  }
}

TEST(VerifyPicturesTest, RecordsOfOtherProgramsNeedAPictureAndALabel) {
  const TempDir dir;
  std::string cut = testing::Jpeg(1, 100, 100);
  cut.erase(cut.size() / 2, 100);
  const Example good = testing::ForeignExample(testing::Png(2), 1);
  Example no_label = good, no_picture = good;
  no_label.erase("image/class/label");
  no_picture.erase("image/encoded");
  const fs::path file = dir / "train.tfrecord";
  testing::WriteExamples(file, {good, testing::ForeignExample(cut, 0), no_label, good, no_picture});
  for (const fs::path& path : {file, dir.path()}) {
    EXPECT_EQ(Verify(path).problems, std::vector<std::string>());
    const std::vector<std::string> problems = Verify(path, VerifyLevel::kPictures).problems;
    ASSERT_EQ(problems.size(), 3u) << path;
    for (size_t i = 0; i < 3; ++i) {
      const std::string place = file.string() + ": record " + std::to_string(std::array{1, 2, 4}[i]) + " at byte ";
      EXPECT_TRUE(problems[i].starts_with(place)) << problems[i];
    }
  }
}

TEST(VerifyRealFilesTest, FilesOfOtherWritersAreWell) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  for (const char* folder : {"tfrecords", "golden"}) {
    for (const auto& item : fs::directory_iterator(data / folder)) {
      const std::string name = item.path().filename().string();
      if (name.find("record") == std::string::npos) continue;
      const VerifyReport report = Verify(item.path());
      EXPECT_EQ(report.problems.empty(), name != "truncated.tfrecord") << name;
    }
  }
}

}  // namespace
}  // namespace dataset
