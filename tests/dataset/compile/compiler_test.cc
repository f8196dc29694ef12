#include "dataset/compile/compiler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/compile/placement.h"
#include "dataset/inspect/verify.h"
#include "dataset/io/csv.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_reader.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/store.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::Compile;
using testing::Contents;
using testing::RunCommand;
using testing::TempDir;
using testing::WriteFile;
using Outcome = CompileReport::Outcome;

CompileReport Report(const CompileOptions& options) {
  NoProgress progress;
  return CompileDataset(options, progress);
}

std::string CauseOf(const CompileOptions& options) {
  try {
    Report(options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> Names(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& item : fs::directory_iterator(folder)) names.push_back(item.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> ProblemsOf(const fs::path& folder, VerifyLevel level = VerifyLevel::kPictures) {
  NoProgress progress;
  return VerifyDataset(folder, level, progress).problems;
}

class CompilerTest : public ::testing::Test {
 protected:
  TempDir dir_;
  CompileOptions options_ = testing::TinySplit(dir_.path());
};

TEST_F(CompilerTest, WritesTheFolderOfTheFormat) {
  options_.shards = 2;
  const CompileReport report = Report(options_);
  EXPECT_EQ(Names(options_.output),
            (std::vector<std::string>{"classes.txt", "config.toml", "dataset.json", "rejected.csv",
                                      "tiny-test.tfrecord-00000-of-00002", "tiny-test.tfrecord-00000-of-00002.idx",
                                      "tiny-test.tfrecord-00001-of-00002", "tiny-test.tfrecord-00001-of-00002.idx",
                                      "tiny-train.tfrecord-00000-of-00002", "tiny-train.tfrecord-00000-of-00002.idx",
                                      "tiny-train.tfrecord-00001-of-00002", "tiny-train.tfrecord-00001-of-00002.idx",
                                      "tiny-val.tfrecord-00000-of-00002", "tiny-val.tfrecord-00000-of-00002.idx",
                                      "tiny-val.tfrecord-00001-of-00002", "tiny-val.tfrecord-00001-of-00002.idx"}));
  EXPECT_EQ(Names(dir_.path()), (std::vector<std::string>{"manifest.csv", "out.ds", "raw"}));
  EXPECT_EQ(ReadFile(options_.output / "classes.txt"), "class_a\nclass_b\n");
  EXPECT_EQ(ReadFile(options_.output / "rejected.csv"), "path,reason\n");
  EXPECT_EQ(ReadFile(options_.output / "config.toml"), options_.config_toml);
  EXPECT_EQ(ReadFile(options_.output / "dataset.json"), FormatDatasetInfo(report.info));
  EXPECT_EQ(ProblemsOf(options_.output), std::vector<std::string>());
  ASSERT_EQ(report.info.splits.size(), 3u);
  EXPECT_EQ(report.info.splits[0].records_per_class, (std::vector<uint32_t>{4, 4}));
  EXPECT_EQ(report.info.manifest_sha256, Sha256Hex(ReadFile(options_.manifest)));
  EXPECT_EQ(report.info.options.at("shards"), "2");
  EXPECT_EQ(report.info.options.count("scale"), 0u) << "an option of another store";
}

TEST_F(CompilerTest, BytesDependNeitherOnJobsNorOnTheRun) {
  for (const Store store : {Store::kCompressed, Store::kRaw, Store::kNormalized}) {
    options_.store = store;
    options_.box_fit.width = options_.box_fit.height = 16;
    options_.shards = 3;
    std::map<std::string, std::string> expected;
    for (const int jobs : {1, 2, 4, 1}) {
      fs::remove_all(options_.output);
      options_.jobs = jobs;
      Compile(options_);
      if (expected.empty()) expected = Contents(options_.output);
      EXPECT_EQ(Contents(options_.output), expected) << jobs << " jobs, " << NameOf(store);
    }
  }
}

// An independent program, written from proto/FORMAT.md, made shards with these hashes from the same pictures.
TEST(CompilerGoldenTest, ShardsAreTheSpecifiedBytes) {
  const TempDir dir;
  const struct {
    const char* path;
    const char* pixels;  // PNG of one pixel: the deflated data and both checksums
  } pictures[] = {
      {"cat/0.png", "0a0a0a0040001fa78ebf96"}, {"cat/1.png", "0b0b0b00460022ab207e94"},
      {"cat/2.png", "0c0c0c004c00255251bcc7"}, {"dog/0.png", "141414007c003d8e724f1d"},
      {"dog/1.png", "151515008200404fd7ede7"},
  };
  Manifest manifest;
  manifest.classes = {"cat", "dog"};
  for (const auto& [path, pixels] : pictures) {
    WriteFile(dir / "raw" / path, testing::FromHex("89504e470d0a1a0a 0000000d4948445200000001000000010802000000907753de"
                                                   "0000000f49444154 7801010400fbff00" +
                                                   std::string(pixels) + "0000000049454e44ae426082"));
    manifest.entries.push_back({path, std::string(path).substr(0, 3), Split::kTrain, "", {}, "", 0, 0});
  }
  CompileOptions options = testing::TinyOptions(dir.path());
  WriteFile(options.manifest, FormatManifest(manifest));
  options.shards = 2;
  options.seed = 1;
  Compile(options);
  const auto contents = Contents(options.output);
  EXPECT_EQ(Sha256Hex(contents.at("tiny-train.tfrecord-00000-of-00002")),
            "f13355adf533a00045d98963e4c3d4fe8ab4fa54b3922ba0f42a58aec9461855");
  EXPECT_EQ(Sha256Hex(contents.at("tiny-train.tfrecord-00001-of-00002")),
            "37ba73e96d0a37c291266dab57526249c2835debcd2d3bb979fe78d320202c16");
  EXPECT_EQ(contents.at("tiny-train.tfrecord-00001-of-00002.idx"), "0 439\n439 439\n878 439\n");
  EXPECT_NE(contents.at("dataset.json").find("\"crc32c\": 1822190208"), std::string::npos);
}

TEST_F(CompilerTest, RecordsLieInPlacementOrder) {
  options_.shards = 3;
  const DatasetInfo info = Compile(options_);
  const Manifest manifest = LoadManifest(options_.manifest);
  for (const Split split : kSplits) {
    const std::vector<uint32_t> order = PlaceSamples(manifest, split, options_.seed);
    const uint32_t n = static_cast<uint32_t>(order.size());
    for (uint32_t shard = 0; shard < 3; ++shard) {
      RecordReader reader(options_.output / info.Find(split)->shards[shard].name);
      const auto [first, last] = ShardRange(n, shard, 3);
      for (uint32_t place = first; place < last; ++place) {
        const auto payload = reader.Next();
        ASSERT_TRUE(payload);
        EXPECT_EQ(ParseSample(*payload, 2, {}).filename, manifest.entries[order[place]].path);
      }
      EXPECT_FALSE(reader.Next());
    }
  }
}

TEST_F(CompilerTest, ARejectMovesNothingElse) {
  options_.shards = 3;
  const DatasetInfo before = Compile(options_);
  const std::string victim = "class_b/img_0004.jpg";
  WriteFile(*options_.root / victim, "no image");
  options_.existing = ExistingOutput::kOverwrite;
  fs::remove_all(options_.output);
  const CompileReport report = Report(options_);
  ASSERT_EQ(report.rejects.size(), 1u);
  EXPECT_EQ(report.rejects[0].path, victim);
  EXPECT_NE(report.rejects[0].reason, "");
  EXPECT_EQ(report.info.splits[0].rejected, 1u);
  EXPECT_EQ(report.info.splits[0].records, 7u);
  int changed = 0;
  for (const DatasetSplit& split : before.splits) {
    for (size_t i = 0; i < split.shards.size(); ++i) {
      changed += report.info.Find(split.split)->shards[i].crc32c != split.shards[i].crc32c;
    }
  }
  EXPECT_EQ(changed, 1) << "shards";
  std::string csv = ReadFile(options_.output / "rejected.csv");
  CsvReader reader(csv, "rejected.csv");
  std::vector<std::string> fields;
  ASSERT_TRUE(reader.Next(&fields) && reader.Next(&fields));
  EXPECT_EQ(fields, (std::vector<std::string>{victim, report.rejects[0].reason}));
  EXPECT_EQ(ProblemsOf(options_.output), std::vector<std::string>());
}

TEST_F(CompilerTest, EachRecordIsReadByProtoc) {
  if (RunCommand("protoc --version").exit_code != 0) GTEST_SKIP() << "no protoc";
  const DatasetInfo info = Compile(options_);
  RecordReader reader(options_.output / info.Find(Split::kVal)->shards[0].name);
  while (const auto payload = reader.Next()) {
    WriteFile(dir_ / "record", *payload);
    const auto result = RunCommand("protoc --decode=dstools.Example -I '" + testing::SourceDir().string() +
                                   "' proto/example.proto < '" + (dir_ / "record").string() + "'");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find("key: \"image/filename\""), std::string::npos);
    EXPECT_NE(result.out.find("value: \"" + ParseSample(*payload, 2, {}).filename + "\""), std::string::npos);
  }
}

TEST_F(CompilerTest, NoMoreShardsThanRecords) {
  options_.shards = 100;
  const DatasetInfo info = Compile(options_);
  EXPECT_EQ(info.splits[0].shards.size(), 8u);
  EXPECT_EQ(info.splits[1].shards.size(), 4u);
  EXPECT_EQ(ProblemsOf(options_.output), std::vector<std::string>());
}

TEST_F(CompilerTest, TheSameAgainIsUnchanged) {
  Compile(options_);
  const auto contents = Contents(options_.output);
  const fs::path json = options_.output / "dataset.json";
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(1);
  EXPECT_EQ(Report(options_).warnings, std::vector<std::string>());
  for (const ManifestEntry& entry : LoadManifest(options_.manifest).entries) {
    fs::last_write_time(*options_.root / entry.path, old);
  }
  fs::last_write_time(json, old);
  const CompileReport report = Report(options_);
  EXPECT_EQ(report.outcome, Outcome::kUnchanged);
  EXPECT_EQ(report.warnings, std::vector<std::string>());
  EXPECT_EQ(report.info.splits.size(), 3u);
  EXPECT_GT(fs::last_write_time(json), old + std::chrono::minutes(30));
  EXPECT_EQ(Contents(options_.output), contents);
}

// The fingerprint does not cover them. The time of dataset.json stays, so that the next call notices them too.
TEST_F(CompilerTest, NewerPhotosAreToldOf) {
  Compile(options_);
  const fs::path json = options_.output / "dataset.json";
  const auto time = fs::last_write_time(json);
  const auto contents = Contents(options_.output);
  fs::last_write_time(*options_.root / "class_b/img_0002.jpg", time + std::chrono::nanoseconds(1));
  for (int call = 0; call < 2; ++call) {
    const CompileReport report = Report(options_);
    EXPECT_EQ(report.outcome, Outcome::kUnchanged);
    EXPECT_EQ(report.warnings, std::vector<std::string>{"1 photo is newer than the dataset, the first "
                                                        "class_b/img_0002.jpg; `overwrite` compiles them anew"});
    EXPECT_EQ(fs::last_write_time(json), time);
  }
  fs::last_write_time(*options_.root / "class_a/img_0007.jpg", time + std::chrono::hours(1));
  EXPECT_EQ(Report(options_).warnings,
            std::vector<std::string>{"2 photos are newer than the dataset, the first "
                                     "class_a/img_0007.jpg; `overwrite` compiles them anew"});
  EXPECT_EQ(Contents(options_.output), contents);
  options_.existing = ExistingOutput::kOverwrite;
  EXPECT_EQ(Report(options_).warnings, std::vector<std::string>());
}

// The manifest names photos, it does not hold them.
TEST_F(CompilerTest, OverwriteReadsTheSamePhotosAnew) {
  Compile(options_);
  const auto contents = Contents(options_.output);
  options_.existing = ExistingOutput::kOverwrite;
  EXPECT_EQ(Report(options_).outcome, Outcome::kPublished);
  EXPECT_EQ(Contents(options_.output), contents);
  const std::vector<ManifestEntry> entries = LoadManifest(options_.manifest).entries;
  fs::remove(*options_.root / entries[0].path);
  fs::copy_file(*options_.root / entries[1].path, *options_.root / entries[0].path);
  EXPECT_EQ(Report(options_).outcome, Outcome::kPublished);
  EXPECT_NE(Contents(options_.output), contents);
}

TEST_F(CompilerTest, AnotherDatasetIsReplacedOnlyOnDemand) {
  Compile(options_);
  const auto contents = Contents(options_.output);
  options_.seed = 1;
  EXPECT_NE(CauseOf(options_).find("it differs in `seed`: 0 there, 1 here"), std::string::npos) << CauseOf(options_);
  EXPECT_EQ(Contents(options_.output), contents);
  options_.existing = ExistingOutput::kOverwrite;
  EXPECT_EQ(Report(options_).outcome, Outcome::kPublished);
  EXPECT_NE(Contents(options_.output), contents);
  EXPECT_EQ(Names(dir_.path()), (std::vector<std::string>{"manifest.csv", "out.ds", "raw"}));
}

TEST_F(CompilerTest, ADamagedDatasetIsBuiltAnewOnlyOnDemand) {
  const DatasetInfo info = Compile(options_);
  const fs::path shard = options_.output / info.splits[0].shards[0].name;
  for (const fs::path& damaged : {shard, options_.output / "dataset.json"}) {
    options_.existing = ExistingOutput::kRefuse;
    WriteFile(damaged, "");
    EXPECT_NE(CauseOf(options_).find("; `overwrite` builds the dataset anew"), std::string::npos);
    options_.existing = ExistingOutput::kOverwrite;
    EXPECT_EQ(Report(options_).outcome, Outcome::kPublished);
    EXPECT_EQ(ProblemsOf(options_.output), std::vector<std::string>());
  }
}

TEST_F(CompilerTest, AFolderThatIsNoDatasetIsNeverTouched) {
  WriteFile(options_.output / "thesis.txt", "years of work");
  for (const ExistingOutput existing : {ExistingOutput::kRefuse, ExistingOutput::kOverwrite}) {
    options_.existing = existing;
    EXPECT_NE(CauseOf(options_).find("is not empty and holds no dataset"), std::string::npos);
    EXPECT_EQ(ReadFile(options_.output / "thesis.txt"), "years of work");
  }
  options_.output = dir_ / "manifest.csv";
  EXPECT_NE(CauseOf(options_), "");
  for (const fs::path& output : {dir_.path(), *options_.root, fs::path("/")}) {
    options_.output = output;
    EXPECT_NE(CauseOf(options_).find("holds the manifest or the photos"), std::string::npos) << output;
  }
}

TEST_F(CompilerTest, FilesOfOthersInADatasetAreNeverRemoved) {
  Compile(options_);
  options_.seed = 1;
  options_.existing = ExistingOutput::kOverwrite;
  for (const char* name :
       {"notes.txt", "sub/dataset.json", ".git/config", "tiny-extra.tfrecord", "tiny-train.tfrecord"}) {
    WriteFile(options_.output / name, "years of work");
    const std::string json = ReadFile(options_.output / "dataset.json");
    EXPECT_NE(CauseOf(options_).find("out.ds: holds " + std::string(name)), std::string::npos) << CauseOf(options_);
    EXPECT_EQ(ReadFile(options_.output / name), "years of work");
    EXPECT_EQ(ReadFile(options_.output / "dataset.json"), json);
    fs::remove_all(options_.output / *fs::path(name).begin());
  }
  // Another program's dataset.json is no damaged one.
  fs::remove_all(options_.output);
  WriteFile(options_.output / "dataset.json", "{\"name\": \"mine\"}");
  EXPECT_NE(CauseOf(options_).find("is not empty and holds no dataset"), std::string::npos) << CauseOf(options_);
  EXPECT_TRUE(fs::exists(options_.output / "dataset.json"));
}

TEST_F(CompilerTest, StatisticsDoNotReplaceAnotherFile) {
  options_.work = CompileWork::kStatistics;
  options_.store = Store::kNormalized;
  options_.scale = ScaleMode::kStandard;
  options_.mean.source = Moments::Source::kAuto;
  for (const char* content : {"", "dear diary", "{\"name\": 1}", "[]"}) {
    WriteFile(options_.output, content);
    EXPECT_NE(CauseOf(options_).find("was not written by dscompile"), std::string::npos) << CauseOf(options_);
    EXPECT_EQ(ReadFile(options_.output), content);
  }
  fs::remove(options_.output);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Report(options_).outcome, Outcome::kSummed);
}

TEST_F(CompilerTest, AnEmptyFolderAndWhatAKilledRunLeftAreNoObstacle) {
  fs::create_directory(options_.output);
  WriteFile(dir_ / ".out.ds.incomplete/tiny-train.tfrecord-00000-of-00009", "half");
  Compile(options_);
  EXPECT_EQ(ProblemsOf(options_.output), std::vector<std::string>());
  EXPECT_EQ(Names(dir_.path()), (std::vector<std::string>{"manifest.csv", "out.ds", "raw"}));
}

TEST_F(CompilerTest, AFileThatVanishedIsAnErrorAndNothingIsPublished) {
  const fs::path victim = *options_.root / "class_a/img_0003.jpg";
  fs::remove(victim);
  for (const int jobs : {1, 4}) {
    options_.jobs = jobs;
    EXPECT_NE(CauseOf(options_).find(victim.string() + ": "), std::string::npos) << CauseOf(options_);
    EXPECT_FALSE(fs::exists(options_.output));
  }
}

TEST_F(CompilerTest, AFileThatChangedSinceTheSplitIsAnError) {
  Manifest manifest = LoadManifest(options_.manifest);
  for (ManifestEntry& entry : manifest.entries) entry.sha256 = Sha256Hex(ReadFile(*options_.root / entry.path));
  WriteFile(options_.manifest, FormatManifest(manifest));
  Compile(options_);
  options_.output = dir_ / "other.ds";
  fs::copy_file(*options_.root / "class_a/img_0000.jpg", *options_.root / "class_a/img_0003.jpg",
                fs::copy_options::overwrite_existing);
  EXPECT_NE(CauseOf(options_).find("img_0003.jpg: has changed"), std::string::npos);
}

TEST_F(CompilerTest, ASplitOrAClassWithoutRecordsIsAnError) {
  const Manifest manifest = LoadManifest(options_.manifest);
  const auto spoil = [&](const auto& which) {
    for (const ManifestEntry& entry : manifest.entries) {
      if (which(entry)) WriteFile(*options_.root / entry.path, "");
    }
  };
  spoil([](const ManifestEntry& entry) { return entry.split == Split::kVal; });
  EXPECT_NE(CauseOf(options_).find("split val has no record left: all its files were rejected, for example "),
            std::string::npos)
      << CauseOf(options_);
  testing::MakeImageFolder(*options_.root, 2, 8, 24);
  spoil([](const ManifestEntry& entry) { return entry.label == "class_b"; });
  EXPECT_NE(CauseOf(options_).find("class class_b has no record left: all its files were rejected, for example "),
            std::string::npos)
      << CauseOf(options_);
  EXPECT_FALSE(fs::exists(options_.output));
  WriteFile(options_.manifest, "path,label,split\n");
  EXPECT_NE(CauseOf(options_).find("lists no files"), std::string::npos) << CauseOf(options_);
}

TEST_F(CompilerTest, AClassOfClassesTxtWithoutFilesKeepsItsNumber) {
  WriteFile(dir_ / "classes.txt", "class_b\nclass_x\nclass_a\n");
  const DatasetInfo info = Compile(options_);
  EXPECT_EQ(info.classes, (std::vector<std::string>{"class_b", "class_x", "class_a"}));
  EXPECT_EQ(info.splits[0].records_per_class, (std::vector<uint32_t>{4, 0, 4}));
  EXPECT_EQ(ProblemsOf(options_.output), std::vector<std::string>());
}

TEST_F(CompilerTest, StopEndsWithoutAResult) {
  std::atomic<int> polls = 0;
  options_.stop = [&] { return ++polls > 5; };
  options_.jobs = 2;
  EXPECT_EQ(Report(options_).outcome, Outcome::kInterrupted);
  EXPECT_EQ(Names(dir_.path()), (std::vector<std::string>{"manifest.csv", "raw"}));
}

TEST(CompilerOddTest, EveryOddFileIsCompiledOrListed) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const TempDir dir;
  Manifest manifest;
  for (const auto& item : fs::recursive_directory_iterator(data / "odd")) {
    if (!item.is_regular_file()) continue;
    const std::string path = item.path().lexically_relative(data / "odd").string();
    manifest.entries.push_back({path, path.substr(0, path.find('/')), Split::kTrain, "", {}, "", 0, 0});
  }
  manifest.classes = {"corrupt", "jpeg", "orientation", "pngsuite"};
  WriteFile(dir / "manifest.csv", FormatManifest(manifest));
  CompileOptions options;
  options.manifest = dir / "manifest.csv";
  options.root = data / "odd";
  options.jobs = 2;
  options.sync = Sync::kNo;
  options.shards = 1;
  const struct {
    Store store;
    uint32_t channels;
    uint32_t resize;
    SourceCheck check;
  } cases[] = {{Store::kCompressed, 0, 0, SourceCheck::kHeader},
               {Store::kCompressed, 3, 32, SourceCheck::kFull},
               {Store::kRaw, 1, 32, SourceCheck::kHeader}};
  for (const auto& [store, channels, resize, check] : cases) {
    options.store = store;
    options.channels = channels;
    options.box_fit.width = options.box_fit.height = resize;
    options.check = check;
    options.output = dir / (std::string(NameOf(store)) + std::to_string(resize));
    const CompileReport report = Report(options);
    std::set<std::string> seen;
    for (const Reject& reject : report.rejects) {
      EXPECT_FALSE(reject.reason.empty());
      seen.insert(reject.path);
    }
    RecordReader reader(options.output / report.info.splits[0].shards[0].name);
    while (const auto payload = reader.Next()) seen.insert(ParseSample(*payload, 4, {}).filename);
    EXPECT_EQ(seen.size(), manifest.entries.size());
    EXPECT_EQ(report.info.splits[0].records + report.rejects.size(), manifest.entries.size());
    // What is stored by its header alone may not decode; everything else does.
    const bool unchecked = store == Store::kCompressed && check == SourceCheck::kHeader;
    const VerifyLevel level = unchecked ? VerifyLevel::kBytes : VerifyLevel::kPictures;
    EXPECT_EQ(ProblemsOf(options.output, level), std::vector<std::string>());
    if (unchecked) {
      EXPECT_NE(ProblemsOf(options.output), std::vector<std::string>());
    }
  }
}

}  // namespace
}  // namespace dataset
