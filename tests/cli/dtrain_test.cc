// Tests what a person sees of dtrain and deval, and the whole chain on generated pictures.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <thread>

#include "dataset/io/file.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;

class DtrainTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new testing::TempDir;
    testing::MakeImageFolder(*dir_ / "raw", 3, 30, 40);
    ASSERT_EQ(Tool("dsplit raw -o splits --ratio 60,20,20 --seed 1").exit_code, 0);
    ASSERT_EQ(Tool("dscompile splits/manifest.csv -o data.ds --store raw --resize 24 --jobs 2 --shards 2").exit_code,
              0);
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }
  static CommandResult Tool(const std::string& line) {
    return RunCommand("cd '" + dir_->path().string() + "'\nPATH='" + BinDir().string() + "':$PATH\n" + line);
  }
  static void ExpectHas(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in:\n" << text;
  }
  static constexpr char kSmall[] =
      " --backbone small_cnn --image-size 16 --batch-size 10 --compute-threads 1 --no-fsync ";
  static inline testing::TempDir* dir_ = nullptr;
};

TEST_F(DtrainTest, TheWholeChain) {
  const CommandResult trained =
      Tool("dtrain data.ds -o chain --seed 1 --augment none --finetune-epochs 2" + std::string(kSmall));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  ExpectHas(trained.err, "train: 54 images of 3 classes");
  ExpectHas(trained.err, "val:   18 images of 3 classes");
  ExpectHas(trained.err, "test:  18 images of 3 classes");
  ExpectHas(trained.err, "from scratch: no head phase, all layers train");
  ExpectHas(trained.out, "epoch 1/2  finetune  loss ");
  ExpectHas(trained.out, "images/s");
  ExpectHas(trained.out, "best val accuracy ");
  ExpectHas(trained.out, " in all; chain/weights.safetensors");

  const CommandResult scored = Tool("deval chain --split test --compute-threads 1");
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  ExpectHas(scored.out, "class    precision  recall      F1  images");
  ExpectHas(scored.out, "truth \\ predicted");
  EXPECT_TRUE(std::regex_search(scored.out, std::regex("accuracy [01]\\.\\d{4}  macro F1 [01]\\.\\d{4}")))
      << scored.out;
  const auto json = nlohmann::json::parse(ReadFile(*dir_ / "chain/eval/test/evaluation.json"));
  for (const char* key : {"accuracy", "macro_f1", "per_class", "confusion"}) EXPECT_TRUE(json.contains(key)) << key;
  EXPECT_TRUE(fs::exists(*dir_ / "chain/eval/test/predictions.csv"));

  const CommandResult again =
      Tool("dtrain data.ds -o chain --seed 1 --augment none --finetune-epochs 2" + std::string(kSmall));
  EXPECT_EQ(again.exit_code, 0);
  ExpectHas(again.err, "chain: unchanged");
  const CommandResult other =
      Tool("dtrain data.ds -o chain --seed 2 --augment none --finetune-epochs 2" + std::string(kSmall));
  EXPECT_EQ(other.exit_code, 1);
  ExpectHas(other.err, "--seed was 1 and is 2; --overwrite starts again");
}

// Shards of dstools without their dataset.json count as another program's; the same pictures give the same model.
TEST_F(DtrainTest, OtherProgramsFilesTrainAlike) {
  fs::create_directories(*dir_ / "foreign");
  for (const auto& item : fs::directory_iterator(*dir_ / "data.ds")) {
    const std::string name = item.path().filename().string();
    if (name.find(".tfrecord-") != name.npos && !name.ends_with(".idx"))
      fs::copy(item.path(), *dir_ / "foreign" / name);
  }
  const std::string flags = std::string(kSmall) + "--seed 1 --finetune-epochs 2 ";
  ASSERT_EQ(Tool("dtrain data.ds -o own" + flags).exit_code, 0);
  const CommandResult trained = Tool("dtrain foreign -o others" + flags);
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  ExpectHas(trained.err, "train: 54 images of 3 classes");
  // The header tells the dataset.
  const auto tensors_of = [](const fs::path& run) {
    const std::string bytes = ReadFile(run / "weights.safetensors");
    return bytes.substr(8 + static_cast<unsigned char>(bytes[0]) + 256 * static_cast<unsigned char>(bytes[1]));
  };
  EXPECT_EQ(tensors_of(*dir_ / "others"), tensors_of(*dir_ / "own"));
  ASSERT_EQ(Tool("deval own --compute-threads 1").exit_code, 0);
  const CommandResult scored = Tool("deval others --compute-threads 1");
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  EXPECT_EQ(ReadFile(*dir_ / "others/eval/test/predictions.csv"), ReadFile(*dir_ / "own/eval/test/predictions.csv"));

  const CommandResult other = Tool("dtrain foreign -o others --keys label=cls" + flags);
  EXPECT_EQ(other.exit_code, 1);
  ExpectHas(other.err, "lacks cls, but has image/channels, image/class/label");
}

TEST_F(DtrainTest, AnInterruptSavesAndResumeEndsAlike) {
  const std::string flags = std::string(kSmall) + "--seed 3 --finetune-epochs 40 ";
  ASSERT_EQ(Tool("dtrain data.ds -o whole" + flags).exit_code, 0);
  // Waits for the first epochs, then interrupts.
  const CommandResult stopped =
      Tool("dtrain data.ds -o stopped" + flags +
           "> lines & pid=$!; "
           "while kill -0 $pid && ! grep -qs 'epoch 3/40' lines; do :; done; kill -INT $pid; wait $pid");
  EXPECT_EQ(stopped.exit_code, 130);
  ExpectHas(stopped.err, "interrupted and saved; dtrain --resume -o stopped goes on");
  const CommandResult refused = Tool("dtrain data.ds -o stopped" + flags);
  EXPECT_EQ(refused.exit_code, 1);
  ExpectHas(refused.err, "holds an unfinished run; --resume goes on with it, --overwrite starts again");
  const CommandResult unfinished = Tool("deval stopped");
  EXPECT_EQ(unfinished.exit_code, 0) << unfinished.err;
  ExpectHas(unfinished.out, "accuracy 0.");
  ExpectHas(unfinished.err,
            "deval: warning: stopped is not finished: its best weights so far are scored; dtrain --resume -o stopped "
            "goes on with it");
  const CommandResult resumed = Tool("dtrain data.ds -o stopped --resume" + flags);
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  ExpectHas(resumed.err, "resumes in epoch ");
  for (const char* run : {"whole", "stopped"}) {
    Tool(std::string("grep '\"event\":\"step\"' ") + run + "/metrics.jsonl > " + run + ".steps");
  }
  const std::string steps = ReadFile(*dir_ / "whole.steps");
  EXPECT_EQ(std::count(steps.begin(), steps.end(), '\n'), 40 * 6);
  EXPECT_EQ(ReadFile(*dir_ / "stopped.steps"), steps);
  EXPECT_EQ(ReadFile(*dir_ / "whole/weights.safetensors"), ReadFile(*dir_ / "stopped/weights.safetensors"));
}

TEST_F(DtrainTest, AHangUpSavesLikeAnInterruptUnlessItIsIgnored) {
  const std::string flags = std::string(kSmall) + "--finetune-epochs 40 ";
  const std::string wait = "while kill -0 $pid && ! grep -qs 'epoch 2/' lines; do :; done; kill -HUP $pid; wait $pid";
  const CommandResult stopped = Tool("rm -f lines; dtrain data.ds -o hung" + flags + "> lines & pid=$!; " + wait);
  EXPECT_EQ(stopped.exit_code, 130) << stopped.err;
  ExpectHas(stopped.err, "interrupted and saved; dtrain --resume -o hung goes on");
  const CommandResult ignored = Tool("trap '' HUP; rm lines; dtrain data.ds -o nohup" + std::string(kSmall) +
                                     "--finetune-epochs 6 > lines & pid=$!; touch lines; " + wait);
  EXPECT_EQ(ignored.exit_code, 0) << ignored.err;
}

// The pipe's reader goes away.
TEST_F(DtrainTest, AClosedPipeSavesToo) {
  const CommandResult stopped =
      Tool("dtrain data.ds -o piped --finetune-epochs 40" + std::string(kSmall) + "| head -1");
  ExpectHas(stopped.err, "interrupted and saved; dtrain --resume -o piped goes on");
  EXPECT_EQ(Tool("dtrain --resume -o piped --no-fsync").exit_code, 0);
}

TEST_F(DtrainTest, ASecondProcessIsToldTheFirst) {
  const std::string line = "dtrain data.ds -o busy --finetune-epochs 400" + std::string(kSmall);
  const CommandResult result = Tool(
      "rm -f lines; " + line + "> lines & pid=$!; while kill -0 $pid && ! grep -qs 'epoch 1/' lines; do :; done; " +
      line + "--overwrite; echo \"ended with $?\"; echo \"$pid\"; kill -TERM $pid; wait $pid");
  EXPECT_EQ(result.exit_code, 130);
  ExpectHas(result.out, "ended with 1\n");
  const std::string pid = result.out.substr(result.out.rfind("ended with 1\n") + 13);
  ExpectHas(result.err, "dtrain: error: busy: is in use by process " + pid.substr(0, pid.find('\n')) + ";");
}

// `dtrain -o .` once removed a folder named eval.
TEST_F(DtrainTest, FoldersOfOthersStayAsTheyAre) {
  for (const char* file : {"eval/results.csv", "checkpoints/best.pth", "config.toml"}) {
    testing::WriteFile(*dir_ / "project" / file, "title = 'mine'\n");
    for (const char* flag : {"", " --resume", " --overwrite"}) {
      const CommandResult refused = Tool("cd project; dtrain ../data.ds -o ." + std::string(kSmall) + flag);
      EXPECT_EQ(refused.exit_code, 1) << refused.err;
      ExpectHas(refused.err, ".: is not empty and holds no run of dtrain; choose another folder");
      EXPECT_EQ(ReadFile(*dir_ / "project" / file), "title = 'mine'\n");
    }
    const CommandResult alone = Tool("dtrain --resume -o project");
    EXPECT_EQ(alone.exit_code, 1);
    ExpectHas(alone.err, "project: is not empty and holds no run of dtrain");
    fs::remove_all(*dir_ / "project");
  }
}

TEST_F(DtrainTest, ASmallerRateGoesOnFromTheBestWeights) {
  const std::string flags = std::string(kSmall) + "--finetune-epochs 40 --finetune-learning-rate 3e-3 ";
  const CommandResult stopped = Tool(
      "rm -f lines; dtrain data.ds -o astray" + flags +
      "> lines & pid=$!; while kill -0 $pid && ! grep -qs 'epoch 3/' lines; do :; done; kill -INT $pid; wait $pid");
  ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
  const CommandResult resumed = Tool("dtrain --resume -o astray --finetune-learning-rate 1e-4");
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  ExpectHas(resumed.err, "finetune: learning rate was 0.003 and is 0.0001, from the best weights, those of epoch ");
  ExpectHas(ReadFile(*dir_ / "astray/config.toml"), "finetune-learning-rate = \"1e-4\"\n");
  const CommandResult again = Tool("dtrain --resume -o astray");
  EXPECT_EQ(again.exit_code, 0) << again.err;
  ExpectHas(again.err, "unchanged");
}

TEST_F(DtrainTest, ScoresAnotherDatasetOfOtherNames) {
  ASSERT_EQ(Tool("dtrain data.ds -o mapped --finetune-epochs 1" + std::string(kSmall)).exit_code, 0);
  ASSERT_EQ(Tool("mkdir few; cp -r raw/class_a few/tabby; cp -r raw/class_c few; dsplit few -o few.splits --ratio "
                 "60,20,20; dscompile few.splits/manifest.csv -o few.ds --store raw --resize 24")
                .exit_code,
            0);
  const CommandResult unknown = Tool("deval mapped --dataset few.ds");
  EXPECT_EQ(unknown.exit_code, 1);
  ExpectHas(unknown.err,
            "few.ds: has classes that the run does not know: tabby; it has no pictures of class_a, class_b; a "
            "file of renames, --map, says");
  testing::WriteFile(*dir_ / "names.csv", "tabby,class_a\n");
  const CommandResult scored = Tool("deval mapped --dataset few.ds --map names.csv");
  EXPECT_EQ(scored.exit_code, 0) << scored.err;
  ExpectHas(scored.err, "warning: no pictures of 1 of 3 classes: class_b\n");
  ExpectHas(scored.err, "mapped/eval/few-test: evaluation.json, predictions.csv");
  const CommandResult elsewhere = Tool("deval mapped --dataset few.ds --map names.csv -o results/few");
  EXPECT_EQ(elsewhere.exit_code, 0) << elsewhere.err;
  EXPECT_EQ(ReadFile(*dir_ / "results/few/predictions.csv"), ReadFile(*dir_ / "mapped/eval/few-test/predictions.csv"));
  const CommandResult other = Tool("deval mapped -o results/few");
  EXPECT_EQ(other.exit_code, 1);
  ExpectHas(other.err, "results/few: holds the results of another dataset; --overwrite replaces them, --output names");
  EXPECT_EQ(Tool("deval mapped -o results/few --overwrite").exit_code, 0);
}

TEST_F(DtrainTest, ResultsOfAnotherRunOrMapStay) {
  for (const char* run : {"seed1", "seed2"}) {
    ASSERT_EQ(Tool("dtrain data.ds --finetune-epochs 1 -o " + std::string(run) + kSmall + "--seed " + run[4]).exit_code,
              0);
  }
  ASSERT_EQ(Tool("deval seed1 -o scores --compute-threads 1").exit_code, 0);
  const std::string scores = ReadFile(*dir_ / "scores/evaluation.json");
  const CommandResult second = Tool("deval seed2 -o scores");
  EXPECT_EQ(second.exit_code, 1);
  ExpectHas(second.err,
            "scores: holds the results of other weights; --overwrite replaces them, --output names another");
  testing::WriteFile(*dir_ / "swap.csv", "class_a,class_b\nclass_b,class_a\n");
  const CommandResult mapped = Tool("deval seed1 -o scores --map swap.csv");
  EXPECT_EQ(mapped.exit_code, 1);
  ExpectHas(mapped.err, "scores: holds the results of other renames of classes (--map); --overwrite replaces them");
  EXPECT_EQ(ReadFile(*dir_ / "scores/evaluation.json"), scores);
  EXPECT_EQ(Tool("deval seed2 -o scores --overwrite --compute-threads 1").exit_code, 0);
}

// The manifest names photos, it does not hold them.
TEST_F(DtrainTest, OtherPhotosUnderTheSameNamesAreAnotherDataset) {
  std::string manifest = "path,label,split\n";
  for (const char* name : {"class_a", "class_b"}) {
    for (int i = 0; i < 8; ++i) {
      manifest += std::string(name) + "/img_000" + std::to_string(i) + ".jpg," + name + "," +
                  (i < 4   ? "train"
                   : i < 6 ? "val"
                           : "test") +
                  "\n";
    }
  }
  testing::WriteFile(*dir_ / "shot.csv", manifest);
  const std::string compile = "dscompile shot.csv --root shot -o shot.ds --store raw --resize 24 ";
  ASSERT_EQ(Tool("cp -r raw shot; " + compile).exit_code, 0);
  ASSERT_EQ(Tool("dtrain shot.ds -o shooting --finetune-epochs 1" + std::string(kSmall)).exit_code, 0);
  ASSERT_EQ(Tool("cp shot/class_b/img_0001.jpg shot/class_a/img_0001.jpg; " + compile + "--overwrite").exit_code, 0);
  for (const char* more : {"", " --extend 1"}) {
    const CommandResult resumed = Tool("dtrain --resume -o shooting" + std::string(more));
    EXPECT_EQ(resumed.exit_code, 1);
    ExpectHas(resumed.err,
              "shooting: was trained on other photos than the dataset has now under the same names; --init-from begins "
              "a new run with what it has learned, --overwrite starts again\n");
  }
  const CommandResult scored = Tool("deval shooting");
  EXPECT_EQ(scored.exit_code, 1);
  ExpectHas(scored.err, "shot.ds: is not what the run was trained on: it was made anew, perhaps of other photos");
  const CommandResult named = Tool("deval shooting --dataset shot.ds --compute-threads 1");
  EXPECT_EQ(named.exit_code, 0) << named.err;
  ExpectHas(named.err, "warning: this is not the dataset that the run was trained on\n");
  ExpectHas(named.err, "shooting/eval/shot-test: evaluation.json");
}

// A run knows its options and its dataset.
TEST_F(DtrainTest, ResumeNeedsTheRunAlone) {
  const std::string flags = std::string(kSmall) + "--seed 4 --augment flip --finetune-epochs 30 ";
  ASSERT_EQ(Tool("dtrain data.ds -o 'told all'" + flags).exit_code, 0);
  fs::create_directories(*dir_ / "runs");
  const CommandResult stopped =
      Tool("dtrain data.ds -o 'runs/told nothing'" + flags +
           "> lines & pid=$!; "
           "while kill -0 $pid && ! grep -qs 'epoch 3/30' lines; do :; done; kill -INT $pid; wait $pid");
  EXPECT_EQ(stopped.exit_code, 130);
  const std::string line = "dtrain --resume -o 'runs/told nothing'";
  ExpectHas(stopped.err, line + " goes on");
  // What is given wins over what the run knows, and is refused if it would change the numbers.
  const CommandResult other = Tool(line + " --batch-size 9");
  EXPECT_EQ(other.exit_code, 1);
  ExpectHas(other.err, "--batch-size was 10 and is 9");
  const CommandResult resumed = Tool(line + " --no-fsync --loader-threads 1");
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  ExpectHas(resumed.err, "resumes in epoch ");
  EXPECT_EQ(ReadFile(*dir_ / "told all/weights.safetensors"),
            ReadFile(*dir_ / "runs/told nothing/weights.safetensors"));
  EXPECT_EQ(ReadFile(*dir_ / "told all/config.toml"), ReadFile(*dir_ / "runs/told nothing/config.toml"));

  // A finished one, from elsewhere, with the options in another order; a dataset that is named again.
  for (const char* again :
       {"cd runs; dtrain -o 'told nothing' --resume", "dtrain --resume data.ds -o 'runs/told nothing' --seed 4"}) {
    const CommandResult complete = Tool(again);
    EXPECT_EQ(complete.exit_code, 0) << complete.err;
    ExpectHas(complete.err, "unchanged");
  }
}

TEST_F(DtrainTest, ARunKnowsFilesThatItWasGivenByAPattern) {
  // Records of any origin: without dataset.json they are other files.
  ASSERT_EQ(Tool("mkdir files && cp data.ds/*.tfrecord-0000?-of-0000? files").exit_code, 0);
  const CommandResult trained = Tool("dtrain 'files/raw-*' -o byname --finetune-epochs 1" + std::string(kSmall));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const CommandResult resumed = Tool("dtrain --resume -o byname");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  ExpectHas(resumed.err, "unchanged");
  const CommandResult scored = Tool("deval byname --split val");
  EXPECT_EQ(scored.exit_code, 0) << scored.err;
}

TEST_F(DtrainTest, ResumeOfNothingNamesWhatItNeeds) {
  const CommandResult absent = Tool("dtrain --resume -o nothing");
  EXPECT_EQ(absent.exit_code, 1);
  ExpectHas(absent.err, "nothing: does not say what it was trained on; name its dataset, too");
  EXPECT_FALSE(fs::exists(*dir_ / "nothing"));
  // With a dataset it starts what is absent.
  const CommandResult started = Tool("dtrain data.ds --resume -o begun --finetune-epochs 1" + std::string(kSmall));
  EXPECT_EQ(started.exit_code, 0) << started.err;
  EXPECT_EQ(Tool("dtrain --resume").exit_code, 2);
  // Killed between its first two files: the options that it was begun with are lost.
  ASSERT_EQ(Tool("mkdir killed && cp begun/run.json killed").exit_code, 0);
  const CommandResult killed = Tool("dtrain --resume data.ds -o killed");
  EXPECT_EQ(killed.exit_code, 1);
  ExpectHas(killed.err, "killed: holds a run that was ended as it began; --overwrite starts again");
  EXPECT_EQ(Tool("dtrain data.ds --overwrite -o killed --finetune-epochs 1" + std::string(kSmall)).exit_code, 0);
}

TEST_F(DtrainTest, TheResolvedConfigCanBeFedBack) {
  const CommandResult first =
      Tool("dtrain data.ds -o first --seed 5 --fit pad --augment flip,jitter,mixup --finetune-epochs 1" +
           std::string(kSmall));
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const CommandResult again = Tool("dtrain data.ds -o second --no-fsync --config first/config.toml");
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(ReadFile(*dir_ / "first/config.toml"), ReadFile(*dir_ / "second/config.toml"));
  EXPECT_EQ(ReadFile(*dir_ / "first/weights.safetensors"), ReadFile(*dir_ / "second/weights.safetensors"));
}

TEST_F(DtrainTest, ReplacesAnUnreadablePictureAndNamesIt) {
  ASSERT_EQ(Tool("cp -r data.ds bad.ds").exit_code, 0);
  const fs::path shard = *dir_ / "bad.ds/raw-train.tfrecord-00000-of-00002";
  std::string bytes = ReadFile(shard);
  bytes[500] ^= 1;
  testing::WriteFile(shard, bytes);
  const std::string line = "dtrain bad.ds -o skipping --finetune-epochs 1 --sampler stratified" + std::string(kSmall);
  const CommandResult failed = Tool(line);
  EXPECT_EQ(failed.exit_code, 1);
  ExpectHas(failed.err, "raw-train.tfrecord-00000-of-00002: record 0 at byte 0: ");
  const CommandResult trained = Tool(line + "--overwrite --on-bad skip --max-bad 2%");
  EXPECT_EQ(trained.exit_code, 0) << trained.err;
  ExpectHas(trained.err, "replaced: ");
  ExpectHas(trained.err, "raw-train.tfrecord-00000-of-00002: record 0 at byte 0: ");
}

TEST_F(DtrainTest, AugmentationsComeFromAFileAndTheFitIsTheModels) {
  testing::WriteFile(*dir_ / "own.toml", "[flip]\n[rotation]\ndegrees = 5\n[cutmix]\n");
  const CommandResult trained =
      Tool("dtrain data.ds -o stretched --augment own.toml --fit stretch --finetune-epochs 1" + std::string(kSmall));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const std::string metrics = ReadFile(*dir_ / "stretched/metrics.jsonl");
  for (const char* part : {"\"rotation\":\"5\"", "\"cutmix\":\"1\"", "\"fit\":\"stretch\""}) {
    ExpectHas(metrics, part);
  }
  ExpectHas(ReadFile(*dir_ / "stretched/model.json"), "stretch");
  EXPECT_EQ(Tool("deval stretched --split val").exit_code, 0);

  testing::WriteFile(*dir_ / "bad.toml", "[flip]\n[rotation]\ndegree = 5\n");
  const CommandResult refused = Tool("dtrain data.ds -o bad --augment bad.toml");
  EXPECT_EQ(refused.exit_code, 2);
  ExpectHas(refused.err, "line 3");
}

// An evaluation with another normalisation than the training's would hardly get the same accuracy.
TEST_F(DtrainTest, EveryNormalizationIsTheModels) {
  for (const std::string kind : {"fixed", "sample", "zca", "pca"}) {
    const std::string line = "dtrain data.ds -o " + kind + " --normalize " + kind +
                             " --backbone small_cnn --image-size 8 --batch-size 10 --compute-threads 1 --no-fsync" +
                             " --finetune-epochs 2";
    const CommandResult trained = Tool(line);
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    const CommandResult scored = Tool("deval " + kind + " --split val --compute-threads 1");
    ASSERT_EQ(scored.exit_code, 0) << scored.err;
    const std::string best = "best val accuracy ";
    const size_t place = trained.out.find(best);
    ASSERT_NE(place, trained.out.npos) << trained.out;
    ExpectHas(scored.out, "accuracy " + trained.out.substr(place + best.size(), 6));
    EXPECT_EQ(fs::exists(*dir_ / kind / "whitening.safetensors"), kind == "zca" || kind == "pca");
    EXPECT_EQ(Tool(line + " --resume").exit_code, 0);
  }
  const CommandResult refused = Tool("dtrain data.ds -o large --normalize zca --image-size 64 --backbone small_cnn");
  EXPECT_EQ(refused.exit_code, 2);
  ExpectHas(refused.err, "32 x 32");
  EXPECT_FALSE(fs::exists(*dir_ / "large"));
}

TEST_F(DtrainTest, StepsPerEpochAreAsManyAsAskedFor) {
  const CommandResult trained =
      Tool("dtrain data.ds -o steps --finetune-epochs 2 --steps-per-epoch 7 --segment-epochs 2 --sampler balanced" +
           std::string(kSmall));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  ExpectHas(trained.err, "finetune: 2 epochs of 7 steps");
}

// Five thousand of each once never ended.
TEST_F(DtrainTest, ThreadsAreAtMostOneACore) {
  const std::string threads = "--compute-threads 5000 --loader-threads 5000";
  const CommandResult trained = Tool(
      "dtrain data.ds -o crowd --backbone small_cnn --image-size 16 --batch-size 10 --no-fsync --finetune-epochs 1 " +
      threads);
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const CommandResult scored = Tool("deval crowd " + threads);
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  const std::string cores = std::to_string(std::thread::hardware_concurrency());
  for (const std::string& err : {trained.err, scored.err}) {
    ExpectHas(err, "warning: --compute-threads 5000: " + cores + " are used, one a core\n");
    ExpectHas(err, "warning: --loader-threads 5000: " + cores + " are used, one a core\n");
  }
  ExpectHas(trained.err, cores + " compute and " + cores + " loader threads\n");
}

TEST_F(DtrainTest, ClassesAreDrawnByWeight) {
  const nlohmann::json info = nlohmann::json::parse(ReadFile(*dir_ / "data.ds/dataset.json"));
  const std::string first = info["classes"][0], last = info["classes"][2];
  const std::string line = "dtrain data.ds -o weighted --finetune-epochs 1 --sampler weighted --class-weights " +
                           first + "=2.5," + last + "=0" + std::string(kSmall);
  const CommandResult trained = Tool(line);
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  ExpectHas(ReadFile(*dir_ / "weighted/metrics.jsonl"), "\"class_weights\":\"[2.5,1.0,0.0]\"");
  EXPECT_EQ(Tool(line + " --resume").exit_code, 0);
}

TEST_F(DtrainTest, ClassesCountInTheLossByWeight) {
  const nlohmann::json info = nlohmann::json::parse(ReadFile(*dir_ / "data.ds/dataset.json"));
  const std::string first = info["classes"][0], last = info["classes"][2];
  const std::string line = "dtrain data.ds -o loss --finetune-epochs 1 --loss-weights " + first + "=2.5," + last +
                           "=0" + std::string(kSmall);
  const CommandResult trained = Tool(line);
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  ExpectHas(trained.err, "--loss-weights: that of " + last + " is 0, so it does not count in the loss\n");
  ExpectHas(ReadFile(*dir_ / "loss/metrics.jsonl"), "\"loss_weights\":\"[2.5,1.0,0.0]\"");
  EXPECT_EQ(Tool(line + " --resume").exit_code, 0);
  EXPECT_EQ(
      Tool("dtrain data.ds -o balanced --finetune-epochs 1 --focal 2 --loss-weights balanced" + std::string(kSmall))
          .exit_code,
      0);
}

TEST_F(DtrainTest, ListsItsNetworks) {
  const CommandResult listed = Tool("dtrain --list-backbones");
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_EQ(listed.err, "");
  EXPECT_TRUE(listed.out.starts_with("name ")) << listed.out;
  // Without heads: torchvision's 2,223,872 and Keras' 14,714,688 parameters.
  for (const char* part : {"\nmobilenet_v2 ", " torchvision ", " keras ", " 2.22 M ", " 14.71 M ", " 1280 ", " 331 ",
                           "\nnasnet_large ", "  vgg16_weights_tf_dim_ordering_tf_kernels.h5\n", "\nsmall_cnn "}) {
    ExpectHas(listed.out, part);
  }
}

TEST_F(DtrainTest, ListsTheLayersOfANetwork) {
  const CommandResult listed = Tool("dtrain --list-layers vgg16");
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_EQ(listed.err, "");
  EXPECT_TRUE(listed.out.starts_with("0\tinput_layer\tblock1\n1\tblock1_conv1\tblock1\n")) << listed.out;
  EXPECT_TRUE(listed.out.ends_with("\n18\tblock5_pool\tblock5\n")) << listed.out;
  ExpectHas(listed.out, "\n14\tblock4_pool\tblock4\n");
  ExpectHas(Tool("dtrain --list-layers inception_v3").out, "\n310\tmixed10\tblock_mixed10\n");
  const CommandResult unknown = Tool("dtrain --list-layers resnet5");
  EXPECT_EQ(unknown.exit_code, 2);
  ExpectHas(unknown.err, "did you mean 'resnet50'?");
  EXPECT_EQ(unknown.out, "");
  EXPECT_EQ(Tool("dtrain --list-layers").exit_code, 2);
}

TEST_F(DtrainTest, SummaryNeedsNeitherDatasetNorOutput) {
  const CommandResult whole = Tool("dtrain --summary --backbone mobilenet_v2");
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  ExpectHas(whole.out, "mobilenet_v2 (torchvision), 224 x 224 x 3 to 1000 scores\n");
  ExpectHas(whole.out, "\ninput_layer ");
  ExpectHas(whole.out, "\npredictions ");
  ExpectHas(whole.out, " 7 x 7 x 1280 ");
  ExpectHas(whole.out, "trainable in phase head:     1,281,000\n");
  ExpectHas(whole.out, "trainable in phase finetune: 3,504,872\n");
  ExpectHas(whole.out, "frozen in phase finetune:    0\n");
  ExpectHas(whole.out, "statistics of norms:         34,112\n");
  EXPECT_EQ(whole.out.find("  frozen\n"), whole.out.npos);

  const CommandResult partly = Tool(
      "dtrain --summary --backbone vgg16 --image-size 64 --pooling concat --head dense:64:relu,dropout:0.5 "
      "--finetune-layers from:block5");
  ASSERT_EQ(partly.exit_code, 0) << partly.err;
  // The head reads two poolings of 512 channels; block 5 has three convolutions.
  ExpectHas(partly.out, "trainable in phase head:     130,600\n");
  ExpectHas(partly.out, "trainable in phase finetune: 7,210,024\n");
  ExpectHas(partly.out, "frozen in phase finetune:    7,635,264\n");
  ExpectHas(partly.out, "  frozen\n");

  const CommandResult grey = Tool("dtrain --summary --backbone resnet18 --channels 1 --loss sigmoid --head published");
  ASSERT_EQ(grey.exit_code, 0) << grey.err;
  ExpectHas(grey.out, "resnet18 (torchvision), 224 x 224 x 1 to 1000 scores\n");
}

TEST_F(DtrainTest, SummaryOfADatasetHasItsClasses) {
  const CommandResult summary = Tool("dtrain data.ds --summary --backbone small_cnn --image-size 16");
  ASSERT_EQ(summary.exit_code, 0) << summary.err;
  ExpectHas(summary.out, "small_cnn (dstools), 16 x 16 x 1 to 3 scores\n");
  const CommandResult output = Tool("dtrain data.ds -o summarized --summary" + std::string(kSmall));
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_FALSE(fs::exists(*dir_ / "summarized"));
  for (const auto& [line, part] : std::vector<std::pair<std::string, std::string>>{
           {"dtrain --summary --backbone vgg16 --finetune-layers from:block9",
            "--finetune-layers: no layer or group is named 'block9'; --list-layers lists them\n"},
           {"dtrain --summary --backbone vgg16 --image-size 31",
            "--image-size 31 is too small for vgg16: it must be at least 32\n"},
           {"dtrain --summary --backbone vgg16 --image-size 9000",
            "--image-size 9000 is too large: it must be at most 8192\n"},
           {"dtrain --summary --backbone simple_cnn --head conv:8",
            "--head: conv needs a map, but this backbone ends in a dense layer\n"},
           {"dtrain --summary nothing.ds", "nothing.ds"}}) {
    const CommandResult refused = Tool(line);
    EXPECT_EQ(refused.exit_code, part == "nothing.ds" ? 1 : 2) << line;
    EXPECT_EQ(refused.out, "") << line;
    ExpectHas(refused.err, part);
  }
}

TEST_F(DtrainTest, TrainsTheNetworkOfAnotherRun) {
  const std::string small = " --image-size 16 --batch-size 10 --compute-threads 1 --no-fsync --finetune-epochs 1 ";
  ASSERT_EQ(Tool("dtrain data.ds -o pattern --backbone small_cnn --head dense:8:relu --loss sigmoid" + small).exit_code,
            0);
  const CommandResult trained = Tool("dtrain data.ds -o copied --model pattern/model.json --seed 3" + small);
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const auto pattern = nlohmann::json::parse(ReadFile(*dir_ / "pattern/model.json"));
  const auto copied = nlohmann::json::parse(ReadFile(*dir_ / "copied/model.json"));
  for (const char* key : {"backbone", "variant", "head", "loss", "channels"}) {
    EXPECT_EQ(pattern.at(key), copied.at(key)) << key;
  }
  EXPECT_EQ(copied.at("head"), "dense:8:relu,dense");
  ASSERT_EQ(Tool("deval copied --compute-threads 1").exit_code, 0);
  // The error about a model.json made by hand names that file.
  auto changed = pattern;
  changed["head"] = "conv:8,dense";
  testing::WriteFile(*dir_ / "changed.json", changed.dump());
  const CommandResult impossible = Tool("dtrain data.ds -o x --model changed.json" + small);
  EXPECT_EQ(impossible.exit_code, 1);
  ExpectHas(impossible.err, "changed.json: --head: conv needs a map");
  EXPECT_FALSE(fs::exists(*dir_ / "x"));
  // The resolved options can be given back with --config too.
  const CommandResult again = Tool("dtrain data.ds -o third --no-fsync --config copied/config.toml");
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(ReadFile(*dir_ / "copied/weights.safetensors"), ReadFile(*dir_ / "third/weights.safetensors"));
  for (const char* flag :
       {"--backbone vgg16", "--channels 3", "--pooling max", "--head dense", "--loss softmax", "--dropout 0.2"}) {
    const CommandResult refused = Tool("dtrain data.ds -o x --model pattern/model.json " + std::string(flag));
    EXPECT_EQ(refused.exit_code, 2) << flag;
    ExpectHas(refused.err, "--model");
    EXPECT_FALSE(fs::exists(*dir_ / "x"));
  }
}

// A weights file of dstools says how its pictures were normalised.
TEST_F(DtrainTest, WeightsWantTheirNormalization) {
  const std::string small = kSmall + std::string("--head-epochs 1 --finetune-epochs 1 ");
  ASSERT_EQ(Tool("dtrain data.ds -o by_sample --normalize sample" + small).exit_code, 0);
  const std::string line = "dtrain data.ds -o x --weights by_sample/weights.safetensors" + small;
  const CommandResult other = Tool(line);
  EXPECT_EQ(other.exit_code, 2);
  ExpectHas(other.err, "by_sample/weights.safetensors was trained with --normalize 'sample'; give the same here");
  EXPECT_FALSE(fs::exists(*dir_ / "x"));
  EXPECT_EQ(Tool(line + "--normalize sample").exit_code, 0);
  fs::remove_all(*dir_ / "x");
}

// The earlier run has another head: its backbone is used, its hidden layers are not.
TEST_F(DtrainTest, TrainsOnFromAnotherRunsWeights) {
  const std::string small = kSmall + std::string("--head-epochs 1 --finetune-epochs 1 ");
  ASSERT_EQ(Tool("dtrain data.ds -o former --head dense:8:relu" + small).exit_code, 0);
  const std::string line = "dtrain data.ds -o later --weights former/weights.safetensors" + small;
  const CommandResult trained = Tool(line + "--finetune-layers from:dense");
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const auto model = nlohmann::json::parse(ReadFile(*dir_ / "later/model.json"));
  EXPECT_TRUE(model.at("weights").get<std::string>().starts_with("weights.safetensors ")) << model;
  ExpectHas(trained.err, "model: small_cnn (dstools), ");
  ExpectHas(trained.err, "in the weights, but for other classes or of another shape, so learned anew: classifier.1\n");
  // --model alone takes only the network, not the weights.
  const CommandResult fresh = Tool("dtrain data.ds -o fresh --model later/model.json --finetune-epochs 1 --no-fsync");
  ASSERT_EQ(fresh.exit_code, 0) << fresh.err;
  EXPECT_EQ(nlohmann::json::parse(ReadFile(*dir_ / "fresh/model.json")).value("weights", ""), "");
  const CommandResult unknown =
      Tool("dtrain data.ds -o x --weights former/weights.safetensors" + small + "--finetune-layers from:nothing");
  EXPECT_EQ(unknown.exit_code, 2);
  ExpectHas(unknown.err, "no layer or group is named 'nothing'");
  EXPECT_FALSE(fs::exists(*dir_ / "x"));
  const CommandResult other = Tool(line + "--finetune-layers all");
  EXPECT_EQ(other.exit_code, 1);
  ExpectHas(other.err, "--finetune-layers was from:dense and is all; --overwrite starts again");
}

TEST_F(DtrainTest, ARecipeGivesWayToFlagsAndFiles) {
  ASSERT_EQ(Tool("dtrain data.ds -o scratch --finetune-epochs 2" + std::string(kSmall)).exit_code, 0);
  const std::string line = "dtrain data.ds --recipe probe" + std::string(kSmall);
  const CommandResult bare = Tool(line + "-o x");
  EXPECT_EQ(bare.exit_code, 2);
  ExpectHas(bare.err, "--head-solver ridge needs --weights or --init-from");
  const std::string with = line + "--weights scratch/weights.safetensors ";
  const CommandResult probed = Tool(with + "-o probed");
  ASSERT_EQ(probed.exit_code, 0) << probed.err;
  ExpectHas(probed.err, "head: solved in closed form on the features of train");
  ExpectHas(probed.out, "epoch 1/1  head  loss ");
  const std::string config = ReadFile(*dir_ / "probed/config.toml");
  for (const char* text : {"recipe = \"probe\"", "head-solver = \"ridge\"", "finetune-epochs = 0"}) {
    ExpectHas(config, text);
  }
  ExpectHas(Tool("dtrain --resume -o probed").err, "probed: unchanged");
  const CommandResult longer = Tool(with + "-o longer --finetune-epochs 1");
  ASSERT_EQ(longer.exit_code, 0) << longer.err;
  ExpectHas(longer.out, "epoch 2/2  finetune  loss ");
  testing::WriteFile(*dir_ / "probe.toml", "recipe = \"probe\"\nhead-solver = \"gradient\"\nhead-epochs = 2\n");
  const CommandResult by_file =
      Tool("dtrain data.ds --config probe.toml --weights scratch/weights.safetensors -o filed" + std::string(kSmall));
  ASSERT_EQ(by_file.exit_code, 0) << by_file.err;
  ExpectHas(by_file.out, "epoch 2/2  head  loss ");
}

TEST_F(DtrainTest, ReadsHdf5ForALauncherThatIgnoresItsChildren) {
  testing::WriteFile(*dir_ / "cut.h5", std::string("\x89HDF\r\n\x1a\n", 8) + std::string(100, '\0'));
  const CommandResult result = Tool("perl -e '$SIG{CHLD} = \"IGNORE\"; exec @ARGV' dtrain --summary --weights cut.h5");
  EXPECT_EQ(result.exit_code, 1);
  ExpectHas(result.err, "cut.h5: cannot be read by libhdf5");
}

TEST_F(DtrainTest, WrongUsageEndsWithTwoAndNamesTheNearest) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"dtrain data.ds -o x --backbone mobilenet_v3", "mobilenet_v2"},
      {"dtrain data.ds -o x --bakbone small_cnn", "--backbone"},
      {"dtrain data.ds -o x --augment flop", "did you mean 'flip'?"},
      {"dtrain data.ds -o x --augment flip,mixupp", "did you mean 'mixup'?"},
      {"dtrain data.ds -o x --fit pda", "did you mean 'pad'?"},
      {"dtrain data.ds -o x --normalize zac", "zca"},
      {"dtrain data.ds -o x --seed -1", "--seed"},
      {"dtrain data.ds -o x --batch-size 0", "--batch-size must be at least 1"},
      {"dtrain data.ds -o x --memory 12parsecs", "12parsecs"},
      {"dtrain data.ds -o x --resume --overwrite", "--resume"},
      {"dtrain data.ds -o x --cache decodd", "did you mean 'decoded'"},
      {"dtrain data.ds -o x --sampler balance", "balanced"},
      {"dtrain data.ds -o x --sampler weighted", "--sampler weighted needs --class-weights, and they need it\n"},
      {"dtrain data.ds -o x --class-weights a=2", "--sampler weighted"},
      {"dtrain data.ds -o x --sampler weighted --class-weights a", "CLASS=WEIGHT"},
      {"dtrain data.ds -o x --sampler weighted --class-weights a=b", "--class-weights"},
      {"dtrain data.ds -o x --sampler weighted --class-weights nobody=2",
       "--class-weights: no class is named 'nobody'"},
      {"dtrain data.ds -o x --loss-weights a", "--loss-weights: 'a' is neither balanced nor of the form CLASS=WEIGHT"},
      {"dtrain data.ds -o x --loss-weights nobody=2", "--loss-weights: no class is named 'nobody'"},
      {"dtrain data.ds -o x --loss-weights nobody=-1",
       "--loss-weights must be 0 to 1000000; that of 'nobody' is not\n"},
      {"dtrain data.ds -o x --focal -1", "--focal must be 0 to 100\n"},
      {"dtrain data.ds -o x --mix-until 2", "--mix-until must be 0 to 1\n"},
      {"dtrain data.ds -o x --norms froze", "did you mean 'frozen'"},
      {"dtrain data.ds -o x --segment-epochs 0", "--segment-epochs must be 1 to 1024\n"},
      {"dtrain data.ds -o x --max-bad 5%", "--on-bad skip"},
      {"dtrain data.ds -o x --on-bad skip --max-bad many", "--max-bad"},
      {"dtrain data.ds -o x --image-size 8 --backbone mobilenet_v2", "--image-size 8 is too small"},
      {"dtrain data.ds -o x --image-size 9000", "--image-size 9000 is too large"},
      {"dtrain data.ds -o x --warmup 1", "--warmup must be at least 0 and below 1\n"},
      {"dtrain data.ds -o x --schedule-factor 0.5",
       "--schedule-factor is used by no phase: it is of the schedules step, exponential, plateau\n"},
      {"dtrain data.ds -o x --head-schedule step --schedule-epochs 2", "--schedule-epochs is used by no phase"},
      {"dtrain data.ds -o x --finetune-schedule step --schedule-epochs 0", "--schedule-epochs must be 1 to 100000\n"},
      {"dtrain data.ds -o x --finetune-schedule step --schedule-factor 2", "--schedule-factor must be above 0"},
      {"dtrain data.ds -o x --finetune-schedule list", "a schedule list needs --schedule-list\n"},
      {"dtrain data.ds -o x --finetune-schedule list --schedule-list 1=1,1=0.1",
       "--schedule-list must have rising epochs, from 1 on\n"},
      {"dtrain data.ds -o x --finetune-schedule list --schedule-list 1=2",
       "--schedule-list must have parts above 0, up to 1\n"},
      {"dtrain data.ds -o x --finetune-schedule list --schedule-list 0.1",
       "--schedule-list: '0.1' is not of the form EPOCH=PART\n"},
      {"dtrain data.ds -o x --best-by macro", "is none of accuracy, loss, f1"},
      {"dtrain data.ds -o x --min-delta 0.1", "--min-delta needs --early-stop\n"},
      {"dtrain data.ds -o x --target 90", "--target must be 0 to 1, as it is of accuracy\n"},
      {"dtrain data.ds -o x --time-budget soon", "--time-budget: 'soon' is not a duration such as 90s, 15m or 1h30m\n"},
      {"dtrain data.ds -o x --patience 3", "--early-stop"},
      {"dtrain data.ds -o x --label-smoothing 1", "--label-smoothing must be at least 0 and below 1\n"},
      {"dtrain data.ds -o x --dropout 1", "--dropout must be at least 0 and below 1\n"},
      {"dtrain data.ds -o x --finetune-epochs 0", "there is no epoch to train; raise --finetune-epochs\n"},
      {"dtrain data.ds -o x --compute-threads -1", "--compute-threads"},
      {"dtrain data.ds -o x --keys image=x", "--keys, --label-base, --classes, --layout and --scale are for files"},
      {"dtrain data.ds -o x --channels 2", "--channels"},
      {"dtrain data.ds -o x --pooling maximum", "--pooling"},
      {"dtrain data.ds -o x --backbone small_cnn --pooling avg", "--pooling needs a map"},
      {"dtrain data.ds -o x --head published --pooling max", "--head published brings its own pooling"},
      {"dtrain --summary --backbone vgg16 --image-size 0", "--image-size must be at least 1"},
      {"dtrain data.ds -o x --head dense:8:relu --dropout 0.3 --backbone simple_cnn",
       "--dropout has no part in --head"},
      {"dtrain data.ds -o x --loss sigmoid --backbone squeezenet1_1 --head published",
       "--loss sigmoid needs scores of both signs"},
      {"dtrain data.ds -o x --loss sigmod", "did you mean 'sigmoid'?"},
      {"dtrain data.ds -o x --init xaver", "did you mean 'xavier'?"},
      {"dtrain data.ds -o x --head dense:0", "'dense:0' needs 1 to 65536 units"},
      {"dtrain data.ds -o x --head conv --pooling flatten", "needs --pooling avg or max"},
      {"dtrain data.ds -o x --finetune-layers last:5", "--finetune-layers needs --weights"},
      {"dtrain data.ds -o x --finetune-layers some", "--finetune-layers needs --weights"},
      {"dtrain data.ds -o x --finetune-schedule one-cycl", "one-cycle"},
      {"dtrain data.ds -o x --optimizer admm", "adam"},
      {"dtrain data.ds -o x --sampler sequential", "is none of shuffled, balanced, weighted, stratified"},
      {"dtrain -o x", "dataset"},
      {"deval", "run"},
      {"deval x --split tset", "test"},
      {"deval x --batch-size 0", "error: --batch-size: '0' must be at least 1\n"},
      {"deval x --loader-threads -1", "error: --loader-threads: '-1' must be at least 0\n"},
      {"dsbench x --threads -1", "error: --threads: '-1' must be at least 0\n"},
      {"dsplit x -o y --seed -1", "error: --seed: '-1' must be at least 0\n"},
      {"dtrain data.ds -o ''", "--output: '' names no folder"},
      {"dtrain data.ds -o x --extend 2", "--extend needs --resume"},
      {"dtrain data.ds -o x --resume --extend 0", "--extend must be 1 to 100000"},
      {"dtrain data.ds -o x --weights-key ema", "--weights-key needs --weights"},
      {"dtrain data.ds -o x --init-from r --weights w", "--init-from"},
      {"dtrain data.ds -o x --init-from r --fit pad", "--init-from"},
  };
  for (const auto& [line, part] : cases) {
    const CommandResult result = Tool(line);
    EXPECT_EQ(result.exit_code, 2) << line << "\n" << result.err;
    ExpectHas(result.err, part);
    EXPECT_FALSE(fs::exists(*dir_ / "x")) << line;
  }
}

TEST_F(DtrainTest, AbsentAndWrongFilesEndWithOneAndTheirName) {
  testing::WriteFile(*dir_ / "page.pth", "<!DOCTYPE html><html></html>");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"dtrain nothing.ds -o x", "nothing.ds: there is no such file or folder; dscompile makes a dataset"},
      // One step too early.
      {"dtrain raw/ -o x", "raw/: is a folder of pictures, not a dataset; dsplit makes a split of it, and dscompile"},
      {"dtrain splits/manifest.csv -o x", "splits/manifest.csv: is the manifest of a split; dscompile makes a dataset"},
      {"dtrain splits -o x", "splits: holds a split, not a dataset; dscompile makes one of its manifest.csv"},
      {"dtrain data.ds/dataset.json -o x", "data.ds/dataset.json: is the index of a dataset; give its folder, data.ds"},
      {"deval data.ds", "data.ds: is a dataset, not a run; dtrain makes a run of it"},
      {"dtrain data.ds -o x --init-from absent", "absent: there is no such run; dtrain makes one"},
      {"dtrain data.ds -o x --weights nothing.pth", "nothing.pth"},
      {"dtrain data.ds -o x --weights page.pth", "page.pth"},
      {"deval nothing", "nothing: there is no such run; dtrain makes one of a dataset"},
  };
  for (const auto& [line, part] : cases) {
    const CommandResult result = Tool(line);
    EXPECT_EQ(result.exit_code, 1) << line << "\n" << result.err;
    ExpectHas(result.err, part);
    EXPECT_FALSE(fs::exists(*dir_ / "x")) << line;
  }
}

// Each split has counts of its own, and a class that one lacks is named.
TEST_F(DtrainTest, CountsAreThoseOfEachSplit) {
  const nlohmann::json info = nlohmann::json::parse(ReadFile(*dir_ / "data.ds/dataset.json"));
  const std::string first = info["classes"][0], last = info["classes"][2];
  // The manifest without the first class's val, and without the last one's train pictures.
  const std::string manifest = ReadFile(*dir_ / "splits/manifest.csv");
  std::istringstream lines(manifest);
  std::string fewer;
  for (std::string line; std::getline(lines, line);) {
    const bool lacks = line.find("," + first + ",val") != line.npos || line.find("," + last + ",train") != line.npos;
    if (!lacks) fewer += line + "\n";
  }
  fs::copy(*dir_ / "splits", *dir_ / "fewer", fs::copy_options::recursive);
  testing::WriteFile(*dir_ / "fewer/manifest.csv", fewer);
  const CommandResult compiled = Tool("dscompile fewer/manifest.csv -o fewer.ds --store raw --resize 24 --shards 2");
  ASSERT_EQ(compiled.exit_code, 0) << compiled.err;
  const CommandResult trained = Tool("dtrain fewer.ds -o fewer_run --finetune-epochs 1" + std::string(kSmall));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  ExpectHas(trained.err, "train: 36 images of 2 classes\n");
  ExpectHas(trained.err, "val:   12 images of 2 classes\n");
  ExpectHas(trained.err, "test:  18 images of 3 classes\n");
  ExpectHas(trained.err, "warning: train has no image of " + last + ", so it cannot be learned\n");
  ExpectHas(trained.err, "warning: val has no image of " + first + ", so val does not tell how well it is learned\n");
}

TEST_F(DtrainTest, GoesOnFromAnEndedRun) {
  const std::string small = kSmall + std::string("--seed 6 --finetune-epochs 1 ");
  ASSERT_EQ(Tool("dtrain data.ds -o ended" + small).exit_code, 0);
  const CommandResult extended = Tool("dtrain --resume -o ended --extend 2 --no-fsync");
  ASSERT_EQ(extended.exit_code, 0) << extended.err;
  ExpectHas(extended.out, "epoch 2/3  finetune");
  ExpectHas(extended.out, "epoch 3/3  finetune");
  EXPECT_EQ(Tool("dtrain --resume -o ended --no-fsync").exit_code, 0);
  ExpectHas(Tool("grep '\"event\":\"epoch\"' ended/metrics.jsonl").out, "\"epoch\":3,");

  const CommandResult next = Tool(
      "dtrain data.ds -o derived --init-from ended --head-epochs 1 --finetune-epochs 1 "
      "--batch-size 10 --compute-threads 1 --no-fsync");
  ASSERT_EQ(next.exit_code, 0) << next.err;
  ExpectHas(next.err, "the scores of 3 classes are those of the other run\n");
  EXPECT_EQ(next.err.find("learned anew"), next.err.npos) << next.err;
  const std::string config = ReadFile(*dir_ / "derived/config.toml");
  ExpectHas(config, "init-from = \"ended\"");
  EXPECT_EQ(config.find("backbone"), config.npos);
  ASSERT_EQ(Tool("deval derived --compute-threads 1").exit_code, 0);

  fs::remove(*dir_ / "ended/weights.safetensors");
  const CommandResult gone = Tool("deval ended");
  EXPECT_EQ(gone.exit_code, 1);
  ExpectHas(gone.err, "ended/weights.safetensors: is gone; dtrain's option resume restores it");
  const CommandResult restored = Tool("dtrain --resume -o ended");
  EXPECT_EQ(restored.exit_code, 0) << restored.err;
  ExpectHas(restored.err, "warning: ended/weights.safetensors was gone and is restored\n");
  EXPECT_EQ(Tool("deval ended --compute-threads 1").exit_code, 0);
}

TEST_F(DtrainTest, AMovedDatasetIsNamedAnewAndAChangedOneIsAnotherRun) {
  ASSERT_EQ(Tool("cp -r data.ds here.ds").exit_code, 0);
  ASSERT_EQ(Tool("dtrain here.ds -o moving --finetune-epochs 1" + std::string(kSmall)).exit_code, 0);
  fs::rename(*dir_ / "here.ds", *dir_ / "there.ds");
  const CommandResult scored = Tool("deval moving");
  EXPECT_EQ(scored.exit_code, 1);
  ExpectHas(scored.err,
            "here.ds: is what the run was trained on, and is gone; if it has moved, name it as --dataset\n");
  EXPECT_EQ(Tool("deval moving --dataset there.ds --compute-threads 1").exit_code, 0);
  const CommandResult resumed = Tool("dtrain --resume -o moving");
  EXPECT_EQ(resumed.exit_code, 1);
  ExpectHas(resumed.err, "if it has moved, name it: dtrain DATASET --resume -o RUN\n");
  EXPECT_EQ(Tool("dtrain there.ds --resume -o moving").exit_code, 0);

  ASSERT_EQ(Tool("dsplit raw -o grown_splits --ratio 50,20,30 --seed 1").exit_code, 0);
  ASSERT_EQ(Tool("dscompile grown_splits/manifest.csv -o grown.ds --store raw --resize 24").exit_code, 0);
  const CommandResult grown = Tool("dtrain grown.ds --resume -o moving");
  EXPECT_EQ(grown.exit_code, 1);
  ExpectHas(grown.err, "--init-from begins a new run with what it has learned, --overwrite starts again\n");
}

TEST_F(DtrainTest, ValIsHeldOutOfTrain) {
  ASSERT_EQ(Tool("dsplit raw -o pair --ratio 80,0,20 --seed 1").exit_code, 0);
  ASSERT_EQ(Tool("dscompile pair/manifest.csv -o pair.ds --store raw --resize 24").exit_code, 0);
  const CommandResult none = Tool("dtrain pair.ds -o held" + std::string(kSmall));
  EXPECT_EQ(none.exit_code, 1);
  ExpectHas(none.err, "pair.ds: has no val split");
  ExpectHas(none.err, "; --val-fraction holds a part of train out\n");
  const CommandResult trained =
      Tool("dtrain pair.ds -o held --val-fraction 0.2 --finetune-epochs 1" + std::string(kSmall));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  ExpectHas(trained.err, "train: 57 images of 3 classes\n");
  ExpectHas(trained.err, "val:   15 images of 3 classes, held out of train\n");
  ExpectHas(trained.err, "test:  18 images of 3 classes\n");
  ASSERT_EQ(Tool("deval held --split val --compute-threads 1").exit_code, 0);
  EXPECT_EQ(nlohmann::json::parse(ReadFile(*dir_ / "held/eval/val/evaluation.json"))["samples"], 15);
  EXPECT_EQ(Tool("dtrain --resume -o held --no-fsync").exit_code, 0);
  const CommandResult refused = Tool("dtrain data.ds -o refused --val-fraction 0.2" + std::string(kSmall));
  EXPECT_EQ(refused.exit_code, 2);
  ExpectHas(refused.err, "--val-fraction is for a dataset without a val split, and data.ds has one");
}

// The rate is so high in the second epoch that its second step finds no finite loss.
TEST_F(DtrainTest, ARunGoesOnAfterALossThatIsNotFinite) {
  const CommandResult trained = Tool(
      "dtrain data.ds -o tamed --on-divergence halve --optimizer sgd --finetune-epochs 3 --finetune-learning-rate 1e30 "
      "--finetune-schedule list --schedule-list 1=1e-33,2=1,3=1e-33 --steps-per-epoch 2" +
      std::string(kSmall));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  ExpectHas(trained.err,
            "warning: the loss is not finite at step 3 of epoch 2; the run goes on from its best weights, those of "
            "epoch 1, at half the learning rate\n");
}

TEST_F(DtrainTest, HelpAndVersion) {
  for (const char* tool : {"dtrain", "deval"}) {
    const CommandResult help = Tool(std::string(tool) + " --help");
    EXPECT_EQ(help.exit_code, 0);
    ExpectHas(help.out, "--precision");
    const CommandResult version = Tool(std::string(tool) + " --version");
    EXPECT_EQ(version.exit_code, 0);
    ExpectHas(version.out, "0.1.0");
  }
}

TEST_F(DtrainTest, WeightsTellOfADataset) {
  const std::string network =
      " --backbone small_cnn --image-size 16 --batch-size 16 --device cpu --precision fp32 --seed 1";
  ASSERT_EQ(Tool("dtrain data.ds -o teller -q --finetune-epochs 4" + network).exit_code, 0);
  const std::string weights = network + " --weights teller/weights.safetensors";
  const CommandResult advice = Tool("dtrain data.ds --transfer-advice" + weights);
  ASSERT_EQ(advice.exit_code, 0) << advice.err;
  ExpectHas(advice.out, "54 images of 3 classes in train, 18 a class: few (many from 200)");
  ExpectHas(advice.out, "-> few, similar");
  ExpectHas(advice.out, "--recipe probe");
  ExpectHas(Tool("dtrain data.ds --transfer-advice" + network).err, "--transfer-advice is about --weights");

  const CommandResult saved = Tool("dtrain data.ds --save-features saved" + weights);
  ASSERT_EQ(saved.exit_code, 0) << saved.err;
  ExpectHas(saved.out, "saved/train-features.npy: 54 x 256");
  ExpectHas(Tool("dtrain data.ds --save-features saved" + weights).err, "saved: unchanged");
  EXPECT_EQ(Tool("ls saved").out,
            "features.json\ntest-features.npy\ntest-ids.npy\ntest-labels.npy\ntrain-features.npy\ntrain-ids.npy\n"
            "train-labels.npy\nval-features.npy\nval-ids.npy\nval-labels.npy\n");

  const CommandResult checked = Tool("dtrain data.ds -o checked --recipe probe --check-transfer" + weights);
  ASSERT_EQ(checked.exit_code, 0) << checked.err;
  ExpectHas(checked.err, "after 1 epochs from scratch");
  EXPECT_EQ(Tool("grep -c 'check-transfer\\|save-features' checked/config.toml").out, "0\n");
  ExpectHas(Tool("cat checked/config.toml").out, "feature-cache");
}

}  // namespace
}  // namespace dataset
