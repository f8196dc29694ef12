// Tests resuming, workers, budgets and everything else that decides which records a dataset has.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/compile/compiler.h"
#include "dataset/inspect/verify.h"
#include "dataset/io/staging_folder.h"
#include "dataset/read/shard_set.h"
#include "dataset/record/record_reader.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/store.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::Compile;
using testing::Contents;
using testing::WriteFile;
using Outcome = CompileReport::Outcome;

class CompilerResumeTest : public ::testing::Test {
 protected:
  CompilerResumeTest() { options_.shards = 3; }

  CompileReport Report() {
    NoProgress progress;
    return CompileDataset(options_, progress);
  }
  std::string CauseOf() {
    try {
      Report();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  // The files of an undisturbed run with the same options.
  std::map<std::string, std::string> Undisturbed() {
    CompileOptions options = options_;
    options.output = dir_ / "undisturbed/out.ds";
    options.existing = ExistingOutput::kOverwrite;
    options.work = CompileWork::kAll;
    options.worker = {};
    options.statistics.clear();
    options.stop = nullptr;
    Compile(options);
    return Contents(options.output);
  }
  void StopAfter(int polls) {
    options_.stop = [polls, seen = std::make_shared<std::atomic<int>>(0)] { return ++*seen > polls; };
  }

  testing::TempDir dir_;
  CompileOptions options_ = testing::TinySplit(dir_.path());
};

TEST_F(CompilerResumeTest, EveryStopResumesToTheSameBytes) {
  for (const Store store : {Store::kCompressed, Store::kNormalized}) {
    options_.store = store;
    options_.scale = store == Store::kNormalized ? ScaleMode::kStandard : ScaleMode::kUnit;
    options_.mean.source = store == Store::kNormalized ? Moments::Source::kAuto : Moments::Source::kImageNet;
    const auto expected = Undisturbed();
    uint32_t reused = 0;
    for (int polls = 0; polls < 30; ++polls) {
      fs::remove_all(options_.output);
      options_.existing = ExistingOutput::kRefuse;
      StopAfter(polls);
      if (Report().outcome != Outcome::kInterrupted) continue;
      EXPECT_FALSE(fs::exists(options_.output));
      options_.existing = ExistingOutput::kResume;
      options_.stop = nullptr;
      reused += Report().shards_reused;
      ASSERT_EQ(Contents(options_.output), expected) << polls;
      EXPECT_EQ(Report().outcome, Outcome::kUnchanged);
    }
    EXPECT_GT(reused, 0u);
  }
}

TEST_F(CompilerResumeTest, WithoutResumeARunStartsAfresh) {
  StopAfter(8);
  ASSERT_EQ(Report().outcome, Outcome::kInterrupted);
  options_.stop = nullptr;
  EXPECT_EQ(Report().shards_reused, 0u);
}

TEST_F(CompilerResumeTest, ADamagedFinishedShardIsMadeAnew) {
  const auto expected = Undisturbed();
  const fs::path folder = StagingFolder::PathOf(options_.output);
  for (const char* const suffix : {"", ".idx", ".state"}) {
    for (const bool cut : {true, false}) {
      fs::remove_all(options_.output);
      options_.existing = ExistingOutput::kRefuse;
      StopAfter(8);
      ASSERT_EQ(Report().outcome, Outcome::kInterrupted);
      const fs::path victim = folder / (std::string("tiny-train.tfrecord-00000-of-00003") + suffix);
      std::string bytes = ReadFile(victim);
      if (cut) {
        fs::remove(victim);
      } else if (*suffix == '\0') {
        bytes[bytes.size() / 2] ^= 1;
        WriteFile(victim, bytes);
      } else {
        continue;
      }
      options_.existing = ExistingOutput::kResume;
      options_.stop = nullptr;
      Report();
      EXPECT_EQ(Contents(options_.output), expected) << suffix;
    }
  }
}

TEST_F(CompilerResumeTest, AnotherDatasetIsNotResumed) {
  StopAfter(8);
  ASSERT_EQ(Report().outcome, Outcome::kInterrupted);
  options_.stop = nullptr;
  options_.seed = 7;
  options_.existing = ExistingOutput::kResume;
  EXPECT_NE(CauseOf().find("it differs in `seed`: 0 there, 7 here"), std::string::npos) << CauseOf();
}

// The lock is as a process at work has it: StopAfter's poll tries to compile a second time.
TEST_F(CompilerResumeTest, ASecondWriterIsRefusedAndTouchesNothing) {
  const auto expected = Undisturbed();
  const std::string own = "out.ds: is in use by process " + std::to_string(getpid()) + "; ";
  for (const bool first_is_worker : {false, true}) {
    fs::remove_all(options_.output);
    CompileOptions first = options_;
    if (first_is_worker) first.work = CompileWork::kShare, first.worker = {0, 1};
    int refused = 0;
    first.jobs = 1;
    first.stop = [&] {
      if (refused > 0) return false;
      using Change = void (*)(CompileOptions&);
      for (const Change change : std::initializer_list<Change>{
               [](CompileOptions&) {}, [](CompileOptions& o) { o.existing = ExistingOutput::kResume; },
               [](CompileOptions& o) { o.existing = ExistingOutput::kOverwrite, o.seed = 3; },
               [](CompileOptions& o) {
                 o.work = CompileWork::kShare, o.worker = {0, 1};
               },
               [](CompileOptions& o) { o.work = CompileWork::kFinish; }}) {
        CompileOptions second = options_;
        change(second);
        NoProgress progress;
        try {
          CompileDataset(second, progress);
          ADD_FAILURE() << "compiled";
        } catch (const Error& error) {
          EXPECT_NE(std::string(error.what()).find(own), std::string::npos) << error.what();
        }
        ++refused;
      }
      return false;
    };
    NoProgress progress;
    CompileDataset(first, progress);
    EXPECT_EQ(refused, 5);
    if (first_is_worker) {
      options_.work = CompileWork::kFinish;
      Report();
      options_.work = CompileWork::kAll;
    }
    EXPECT_EQ(Contents(options_.output), expected);
    EXPECT_FALSE(fs::exists(StagingFolder::LockOf(options_.output)));
  }
}

TEST_F(CompilerResumeTest, WorkersOfDifferentSharesWorkAtOnce) {
  const auto expected = Undisturbed();
  CompileOptions first = options_;
  first.work = CompileWork::kShare;
  first.worker = {0, 2};
  bool done = false;
  first.stop = [&] {
    CompileOptions second = options_;
    second.work = CompileWork::kShare;
    second.worker = {1, 2};
    NoProgress progress;
    if (!std::exchange(done, true)) {
      EXPECT_EQ(CompileDataset(second, progress).outcome, Outcome::kShareDone);
    }
    return false;
  };
  NoProgress progress;
  EXPECT_EQ(CompileDataset(first, progress).outcome, Outcome::kShareDone);
  EXPECT_TRUE(done);
  options_.work = CompileWork::kFinish;
  Report();
  EXPECT_EQ(Contents(options_.output), expected);
}

TEST_F(CompilerResumeTest, ARunKilledBeforeTheRenameIsPublished) {
  const auto expected = Undisturbed();
  fs::create_directories(StagingFolder::PathOf(options_.output).parent_path());
  fs::copy(dir_ / "undisturbed/out.ds", StagingFolder::PathOf(options_.output));
  options_.existing = ExistingOutput::kResume;
  EXPECT_EQ(Report().shards_reused, 9u);
  EXPECT_EQ(Contents(options_.output), expected);
}

// The photos may have changed since it was written.
TEST_F(CompilerResumeTest, OverwriteReusesNoCompleteLeftover) {
  const auto expected = Undisturbed();
  fs::create_directories(StagingFolder::PathOf(options_.output).parent_path());
  fs::copy(dir_ / "undisturbed/out.ds", StagingFolder::PathOf(options_.output));
  options_.existing = ExistingOutput::kOverwrite;
  EXPECT_EQ(Report().shards_reused, 0u);
  EXPECT_EQ(Contents(options_.output), expected);
}

TEST_F(CompilerResumeTest, AMendedFileIsTakenUp) {
  const std::string path = "class_a/img_0000.jpg";
  const std::string good = ReadFile(*options_.root / path);
  const auto expected = Undisturbed();
  WriteFile(*options_.root / path, "no picture");
  StopAfter(14);
  ASSERT_EQ(Report().outcome, Outcome::kInterrupted);
  WriteFile(*options_.root / path, good);
  options_.existing = ExistingOutput::kResume;
  options_.stop = nullptr;
  Report();
  EXPECT_EQ(Contents(options_.output), expected);
}

// A picture changes, and with it its size or its time.
TEST_F(CompilerResumeTest, AShardWhosePhotosHaveChangedIsMadeAnew) {
  const fs::path folder = StagingFolder::PathOf(options_.output);
  const std::string shard = "tiny-train.tfrecord-00001-of-00003";
  using Change = void (*)(const fs::path& photo);
  for (const Change change : std::initializer_list<Change>{
           [](const fs::path& photo) { WriteFile(photo, ReadFile(photo.parent_path() / "other.jpg")); },
           [](const fs::path& photo) {  // of the same size, and older
             const auto time = fs::last_write_time(photo);
             std::string bytes = ReadFile(photo);
             bytes[bytes.size() - 3] ^= 1;
             WriteFile(photo, bytes);
             fs::last_write_time(photo, time - std::chrono::hours(1));
           },
           [](const fs::path& photo) {  // of another size, at the same time
             const auto time = fs::last_write_time(photo);
             WriteFile(photo, ReadFile(photo) + '\0');
             fs::last_write_time(photo, time);
           }}) {
    fs::remove_all(options_.output);
    options_.existing = ExistingOutput::kRefuse;
    StopAfter(14);
    ASSERT_EQ(Report().outcome, Outcome::kInterrupted);
    ASSERT_TRUE(fs::exists(folder / (shard + ".state")));
    uint32_t finished = 0;
    for (const auto& [name, bytes] : Contents(folder)) finished += name.ends_with(".state");
    RecordReader reader(folder / shard);
    const fs::path photo = *options_.root / ParseSample(*reader.Next(), 2, {}).filename;
    fs::copy_file(*options_.root / "class_b/img_0007.jpg", photo.parent_path() / "other.jpg",
                  fs::copy_options::overwrite_existing);
    change(photo);
    options_.existing = ExistingOutput::kResume;
    options_.stop = nullptr;
    EXPECT_EQ(Report().shards_reused, finished - 1);
    EXPECT_EQ(Contents(options_.output), Undisturbed());
  }
}

TEST_F(CompilerResumeTest, TheStateOfAnOlderShardDoesNotTellItsPhotos) {
  StopAfter(8);
  ASSERT_EQ(Report().outcome, Outcome::kInterrupted);
  uint32_t finished = 0;
  for (const auto& [name, bytes] : Contents(StagingFolder::PathOf(options_.output))) {
    if (!name.ends_with(".state")) continue;
    ++finished;
    auto json = nlohmann::json::parse(bytes);
    ASSERT_EQ(json.erase("photos"), 1u);
    WriteFile(StagingFolder::PathOf(options_.output) / name, json.dump());
  }
  for (const ManifestEntry& entry : LoadManifest(options_.manifest).entries) {
    fs::last_write_time(*options_.root / entry.path, fs::file_time_type::clock::now());
  }
  options_.existing = ExistingOutput::kResume;
  options_.stop = nullptr;
  EXPECT_EQ(Report().shards_reused, finished);
}

// It may run where there are no photos.
TEST_F(CompilerResumeTest, FinishDoesNotLookAtPhotos) {
  const auto expected = Undisturbed();
  options_.work = CompileWork::kShare;
  Report();
  fs::remove_all(*options_.root);
  options_.work = CompileWork::kFinish;
  EXPECT_EQ(Report().outcome, Outcome::kPublished);
  EXPECT_EQ(Contents(options_.output), expected);
  EXPECT_EQ(Report().outcome, Outcome::kUnchanged);
}

TEST_F(CompilerResumeTest, ACompleteLeftoverOfOlderPhotosIsNotPublished) {
  Undisturbed();
  const fs::path leftover = StagingFolder::PathOf(options_.output);
  fs::create_directories(leftover.parent_path());
  fs::copy(dir_ / "undisturbed/out.ds", leftover);
  const fs::path photo = *options_.root / "class_a/img_0000.jpg";
  fs::remove(photo);
  fs::copy_file(*options_.root / "class_b/img_0000.jpg", photo);
  fs::last_write_time(photo, fs::last_write_time(leftover / "dataset.json") + std::chrono::nanoseconds(1));
  options_.existing = ExistingOutput::kResume;
  EXPECT_EQ(Report().shards_reused, 0u);
  EXPECT_EQ(Contents(options_.output), Undisturbed());
}

TEST_F(CompilerResumeTest, AComputedMeanIsThatOfThePhotosAsTheyAre) {
  options_.store = Store::kNormalized;
  options_.scale = ScaleMode::kStandard;
  options_.mean.source = Moments::Source::kAuto;
  for (const auto& [changed, same_mean] : {std::pair("class_a/img_0000.jpg", false), {"class_a/img_0002.jpg", true}}) {
    fs::remove_all(options_.output);
    options_.existing = ExistingOutput::kRefuse;
    StopAfter(18);  // in val
    ASSERT_EQ(Report().outcome, Outcome::kInterrupted);
    options_.stop = nullptr;
    options_.existing = ExistingOutput::kResume;
    fs::remove(*options_.root / changed);
    fs::copy_file(*options_.root / "class_b/img_0007.jpg", *options_.root / changed);
    EXPECT_EQ(Report().shards_reused > 0, same_mean);
    EXPECT_EQ(Contents(options_.output), Undisturbed());
  }
}

TEST_F(CompilerResumeTest, WorkersOfDifferentStatisticsAreRefused) {
  options_.store = Store::kNormalized;
  options_.scale = ScaleMode::kStandard;
  options_.mean.source = options_.stddev.source = Moments::Source::kAuto;
  const auto share = [&](uint32_t index) {
    const fs::path output = options_.output;
    options_.work = CompileWork::kStatistics;
    options_.worker = {};
    options_.statistics.clear();
    options_.output = dir_ / "stats";
    Report();
    options_.statistics = {options_.output};
    options_.output = output;
    options_.work = CompileWork::kShare;
    options_.worker = {index, 2};
  };
  share(0);
  Report();
  fs::remove(*options_.root / "class_a/img_0000.jpg");
  fs::copy_file(*options_.root / "class_b/img_0007.jpg", *options_.root / "class_a/img_0000.jpg");
  share(1);
  EXPECT_EQ(CauseOf(), StagingFolder::PathOf(options_.output).string() +
                           ": holds the beginning of a dataset of another mean or std: photos or `statistics` have "
                           "changed; remove it and compile again");
}

TEST_F(CompilerResumeTest, WorkersMakeTheBytesOfOneProcess) {
  const auto expected = Undisturbed();
  options_.work = CompileWork::kShare;
  for (uint32_t index : {2u, 0u, 3u}) {
    options_.worker = {index, 4};
    EXPECT_EQ(Report().outcome, Outcome::kShareDone);
    EXPECT_FALSE(fs::exists(options_.output));
  }
  options_.work = CompileWork::kFinish;
  EXPECT_NE(CauseOf().find("only 3 of 4 workers have begun"), std::string::npos) << CauseOf();
  options_.work = CompileWork::kShare;
  options_.worker = {1, 4};
  StopAfter(1);
  EXPECT_EQ(Report().outcome, Outcome::kInterrupted);
  options_.stop = nullptr;
  options_.work = CompileWork::kFinish;
  EXPECT_NE(CauseOf().find("is damaged or not finished; run `worker` 2/4 again"), std::string::npos) << CauseOf();
  options_.work = CompileWork::kShare;
  Report();
  options_.work = CompileWork::kFinish;
  EXPECT_EQ(Report().outcome, Outcome::kPublished);
  EXPECT_EQ(Contents(options_.output), expected);
  EXPECT_EQ(Report().outcome, Outcome::kUnchanged);
}

TEST_F(CompilerResumeTest, FinishChecksEveryShard) {
  options_.work = CompileWork::kShare;
  Report();
  const fs::path shard = StagingFolder::PathOf(options_.output) / "tiny-val.tfrecord-00001-of-00003";
  std::string bytes = ReadFile(shard);
  bytes.back() ^= 1;
  WriteFile(shard, bytes);
  options_.work = CompileWork::kFinish;
  EXPECT_NE(CauseOf().find(shard.string() + ": is damaged or not finished"), std::string::npos) << CauseOf();
  EXPECT_FALSE(fs::exists(options_.output));
  WriteFile(options_.manifest, ReadFile(options_.manifest) + "class_a/more.jpg,class_a,train\n");
  EXPECT_NE(CauseOf().find("is not the manifest that the workers compile"), std::string::npos) << CauseOf();
}

TEST_F(CompilerResumeTest, WorkersOfDifferentOptionsAreRefused) {
  options_.work = CompileWork::kShare;
  options_.worker = {0, 2};
  Report();
  options_.worker = {1, 2};
  options_.seed = 9;
  EXPECT_NE(CauseOf().find("it differs in `seed`"), std::string::npos) << CauseOf();
  options_.seed = 0;
  options_.worker = {1, 3};
  EXPECT_NE(CauseOf().find("the number of workers"), std::string::npos) << CauseOf();
}

TEST_F(CompilerResumeTest, WorkersWithStatisticsMakeTheBytesOfOneProcess) {
  options_.store = Store::kNormalized;
  options_.scale = ScaleMode::kStandard;
  options_.mean.source = options_.stddev.source = Moments::Source::kAuto;
  const auto expected = Undisturbed();
  const fs::path output = options_.output;
  options_.work = CompileWork::kStatistics;
  std::vector<fs::path> files;
  for (uint32_t i = 0; i < 2; ++i) {
    options_.worker = {i, 2};
    options_.output = dir_ / ("stats" + std::to_string(i));
    EXPECT_EQ(Report().outcome, Outcome::kSummed);
    files.push_back(options_.output);
  }
  options_.output = output;
  options_.statistics = files;
  options_.work = CompileWork::kShare;
  for (uint32_t i = 0; i < 2; ++i) {
    options_.worker = {i, 2};
    Report();
  }
  options_.statistics.clear();
  options_.work = CompileWork::kFinish;
  Report();
  EXPECT_EQ(Contents(options_.output), expected);
}

TEST_F(CompilerResumeTest, TheBudgetOfRejectsHolds) {
  for (const char* path : {"class_a/img_0000.jpg", "class_b/img_0001.jpg"}) WriteFile(*options_.root / path, "bad");
  options_.max_bad.count = 0;
  EXPECT_NE(CauseOf().find("; `on_bad` skip, with a `max_bad` above 0, leaves such files out"), std::string::npos)
      << CauseOf();
  options_.max_bad.count = 1;
  EXPECT_NE(CauseOf().find("2 of 16 files are not readable, more than `max_bad` allows"), std::string::npos)
      << CauseOf();
  options_.max_bad = {{}, 0.12};
  EXPECT_NE(CauseOf(), "");
  EXPECT_FALSE(fs::exists(options_.output));
  options_.max_bad = {{}, 0.125};
  EXPECT_EQ(Report().rejects.size(), 2u);
}

TEST_F(CompilerResumeTest, AFoldBecomesVal) {
  Manifest manifest = LoadManifest(options_.manifest);
  for (size_t i = 0; i < manifest.entries.size(); ++i) {
    if (manifest.entries[i].split == Split::kTest) continue;
    manifest.entries[i].split = Split::kTrain;
    manifest.entries[i].fold = i % 3;
  }
  WriteFile(options_.manifest, FormatManifest(manifest));
  const fs::path output = std::exchange(options_.output, dir_ / "all.ds");
  EXPECT_EQ(Report().warnings,
            (std::vector<std::string>{"the manifest has folds, and no val: without `fold` all of them are train"}));
  options_.output = output;
  options_.fold = 1;
  EXPECT_EQ(Report().warnings, std::vector<std::string>());
  std::set<std::string> val;
  for (uint32_t i = 0; i < 3; ++i) {
    RecordReader reader(options_.output / ShardName("tiny", "val", i, 3));
    while (const auto payload = reader.Next()) val.insert(ParseSample(*payload, 2, {}).filename);
  }
  std::set<std::string> expected;
  for (const ManifestEntry& entry : manifest.entries) {
    if (entry.fold == 1u) expected.insert(entry.path);
  }
  EXPECT_EQ(val, expected);
  options_.fold = 3;
  EXPECT_NE(CauseOf().find("has no fold 3"), std::string::npos) << CauseOf();
}

TEST_F(CompilerResumeTest, ARepeatedSampleHasSeveralRecords) {
  options_.store = Store::kRaw;
  const PixelSums once = Report().info.train_pixels;
  Manifest manifest = LoadManifest(options_.manifest);
  ASSERT_EQ(manifest.entries[0].split, Split::kTrain);
  manifest.entries[0].repeat = 3;
  WriteFile(options_.manifest, FormatManifest(manifest));
  options_.existing = ExistingOutput::kOverwrite;
  const DatasetInfo info = Report().info;
  EXPECT_EQ(info.splits[0].records, 10u);
  EXPECT_EQ(info.splits[0].repeated, 2u);
  EXPECT_EQ(info.train_pixels.sum(), once.sum());
  NoProgress progress;
  EXPECT_EQ(VerifyDataset(options_.output, VerifyLevel::kPictures, progress).problems, std::vector<std::string>());
}

TEST_F(CompilerResumeTest, CompressedShardsVerifyAndAreNotStreamed) {
  for (const RecordCompression compression : {RecordCompression::kGzip, RecordCompression::kZlib}) {
    options_.store = Store::kRaw;
    options_.compression = compression;
    options_.existing = ExistingOutput::kOverwrite;
    const DatasetInfo info = Report().info;
    EXPECT_FALSE(fs::exists(options_.output / (info.splits[0].shards[0].name + ".idx")));
    NoProgress progress;
    EXPECT_EQ(VerifyDataset(options_.output, VerifyLevel::kPictures, progress).problems, std::vector<std::string>());
    EXPECT_THROW(ShardSet(options_.output, info, Split::kTrain), Error);
    options_.existing = ExistingOutput::kRefuse;
    EXPECT_EQ(Report().outcome, Outcome::kUnchanged);
  }
}

}  // namespace
}  // namespace dataset
