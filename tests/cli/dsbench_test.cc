// Tests what a person sees of dsbench.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "tests/dataset/read/foreign_file.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;

class DsbenchTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new testing::TempDir;
    testing::MakeImageFolder(*dir_ / "raw", 4, 60, 40);
    ASSERT_EQ(Tool("dsplit raw -o splits --ratio 60,20,20 --seed 1").exit_code, 0);
    ASSERT_EQ(Tool("dscompile splits/manifest.csv -o data.ds --jobs 2 --shards 2").exit_code, 0);
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }
  static CommandResult Tool(const std::string& line) {
    return RunCommand("cd '" + dir_->path().string() + "'\nPATH='" + BinDir().string() + "':$PATH\n" + line);
  }
  static CommandResult Bench(const std::string& arguments) {
    return Tool("dsbench data.ds --image-size 24 --seconds 0.1 --batch-size 16 --threads 1 " + arguments);
  }
  static void ExpectHas(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in:\n" << text;
  }
  static void ExpectLastLine(const std::string& text, const std::string& pattern) {
    EXPECT_TRUE(std::regex_search(text, std::regex("(^|\n)" + pattern + "\n$"))) << text;
  }
  static inline testing::TempDir* dir_ = nullptr;
};

TEST_F(DsbenchTest, PrintsTheRateLast) {
  const CommandResult result =
      Bench("--split train --augment random-resized-crop,flip --cache encoded --output f32-nchw");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  ExpectHas(result.out, "split     train, 144 images, encoded, all in memory\n");
  ExpectHas(result.out, "batches   16 x 24 x 24 x 3 f32-nchw\n");
  for (const char* part : {"\nwarm-up  ", "\nmeasured  ", "\nthreads   1, ", "\nstages    parse ", "\nqueue  ",
                           "\nmemory  ", "\nlimit  "}) {
    ExpectHas(result.out, part);
  }
  ExpectLastLine(result.out, "[0-9]+ images/s");
  ExpectHas(result.err, "measuring  ");
}

TEST_F(DsbenchTest, ShuffleReportKnowsTheLabelsOfOtherProgramsFiles) {
  std::vector<Example> examples;
  for (uint32_t i = 0; i < 60; ++i) examples.push_back(testing::ForeignExample(testing::Jpeg(i), 5 + i / 20));
  std::filesystem::create_directories(*dir_ / "foreign");
  testing::WriteExamples(*dir_ / "foreign/train-00000-of-00001", examples);
  testing::WriteFile(*dir_ / "foreign/labels.txt", "5:cat\n6:dog\n7:owl\n");
  const CommandResult result =
      Tool("dsbench foreign --label-base 5 --shuffle-report --json --batch-size 16 --image-size 16 --threads 1");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_GT(json["classes_per_batch"]["uniform"], 2.5) << result.out;
}

TEST_F(DsbenchTest, QuietSaysResultsAlone) {
  const CommandResult result = Bench("-q");
  ASSERT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err.find("measuring"), std::string::npos) << result.err;
  ExpectLastLine(result.out, "[0-9]+ images/s");
}

TEST_F(DsbenchTest, JsonHasTheSameFigures) {
  const CommandResult result = Bench("--json --memory 20kB --split val");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["samples"], 48);
  EXPECT_EQ(json["threads"], 1);
  EXPECT_EQ(json["in_memory"], false);
  EXPECT_EQ(json["output"], "u8-nhwc");
  EXPECT_GT(json["images_per_second"], 0);
  EXPECT_GT(json["images"], 0);
  EXPECT_FALSE(json["windows"].empty());
  double shares = 0;
  for (const char* stage : {"parse", "decode", "augment", "collate", "segment_wait", "buffer_wait", "other"}) {
    shares += json["stages"][stage].get<double>();
  }
  EXPECT_NEAR(shares, 1, 0.2);
  EXPECT_LE(json["memory"]["peak_held"], 20000);
  EXPECT_EQ(json["memory"]["batches"], 5 * 16 * 24 * 24 * 3);
  EXPECT_GE(json["memory"]["peak_resident"], json["memory"]["resident"]);
  EXPECT_TRUE(json.contains("limit"));
}

TEST_F(DsbenchTest, ComparesThreads) {
  const std::string line = "dsbench data.ds --image-size 24 --seconds 0.1 --compare-threads ";
  const CommandResult table = Tool(line);
  ASSERT_EQ(table.exit_code, 0) << table.err;
  ExpectHas(table.out, "threads  images/s  a thread  processors busy\n1  ");
  ExpectLastLine(table.out, "[0-9]+ images/s");
  const CommandResult json = Tool(line + "--json -q");
  ASSERT_EQ(json.exit_code, 0) << json.err;
  EXPECT_EQ(nlohmann::json::parse(json.out)[0]["threads"], 1);
}

// The manifest lists one class after the other; the shards must not.
TEST_F(DsbenchTest, ShuffleReportOfAClassSortedSource) {
  for (const char* memory : {"2GiB", "16kB"}) {
    const CommandResult result = Bench(std::string("--shuffle-report --json --memory ") + memory);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    EXPECT_EQ(json["samples"], 144);
    EXPECT_EQ(json["classes"], 4);
    EXPECT_EQ(json["in_memory"], std::string(memory) == "2GiB");
    EXPECT_GE(json["classes_per_batch"]["epoch"].get<double>(),
              0.95 * json["classes_per_batch"]["uniform"].get<double>());
    EXPECT_NEAR(json["displacement"]["epoch"].get<double>(), 1.0 / 3, 0.07);
    EXPECT_EQ(json["displacement"]["storage"], 0);
  }
  const CommandResult table = Bench("--shuffle-report");
  ExpectHas(table.out, "                 epoch 0  uniform  ratio  storage\nclasses a batch  ");
  ExpectHas(table.out, "\ndisplacement  ");
  ExpectHas(table.out, "\nneighbours  ");
  ExpectLastLine(table.out, "[0-9.]+ % of the classes a batch that uniform sampling gives");
}

TEST_F(DsbenchTest, TakesAConfigFile) {
  testing::WriteFile(*dir_ / "bench.toml", "image-size = 16\nseconds = 0.05\nsplit = 'test'\n");
  const CommandResult result = Tool("dsbench data.ds --config bench.toml --batch-size 4");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  ExpectHas(result.out, "split     test, 48 images");
  ExpectHas(result.out, "batches   4 x 16 x 16 x 3 u8-nhwc");
}

TEST_F(DsbenchTest, WrongUsageEndsWithTwoAndNamesTheNearest) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"dsbench --seconds 1", "dataset"},
      {"dsbench data.ds --augment flop", "did you mean 'flip'?"},
      {"dsbench data.ds --treads 2", "--threads"},
      {"dsbench data.ds --split trian", "did you mean 'train'?"},
      {"dsbench data.ds --output f32-nhwc", "did you mean 'f32-nchw'?"},
      {"dsbench data.ds --cache decode", "did you mean 'decoded'?"},
      {"dsbench data.ds --memory 12parsecs", "12parsecs"},
      {"dsbench data.ds --seconds 0", "--seconds must be above 0"},
      {"dsbench data.ds --batch-size 0", "--batch-size is 0; it must be 1 to 65536\n"},
      {"dsbench data.ds --image-size 0", "--image-size must be 1 to 8192\n"},
      {"dsbench data.ds --memory 0", "--memory is 0; it must be at least 1 byte\n"},
      {"dsbench data.ds --threads 2 --compare-threads", "--threads"},
      {"dsbench data.ds --shuffle-report --compare-threads", "--compare-threads"},
  };
  for (const auto& [line, part] : cases) {
    const CommandResult result = Tool(line);
    EXPECT_EQ(result.exit_code, 2) << line << "\n" << result.err;
    ExpectHas(result.err, part);
    EXPECT_EQ(result.out, "") << line;
  }
}

TEST_F(DsbenchTest, AbsentDataEndsWithOneAndItsName) {
  for (const auto& [line, part] : {std::pair{"dsbench nothing.ds", "nothing.ds"}, std::pair{"dsbench raw", "raw"},
                                   std::pair{"dsbench data.ds --augment nothing.toml", "nothing.toml"}}) {
    const CommandResult result = Tool(line);
    EXPECT_EQ(result.exit_code, 1) << line << "\n" << result.err;
    ExpectHas(result.err, part);
  }
}

TEST_F(DsbenchTest, HelpAndVersion) {
  const CommandResult help = Tool("dsbench --help");
  EXPECT_EQ(help.exit_code, 0);
  ExpectHas(help.out, "--shuffle-report");
  ExpectHas(Tool("dsbench --version").out, "0.1.0");
}

}  // namespace
}  // namespace dataset
