#include "train/transfer/transfer_check.h"

#include <set>

#include "tests/train/run/pretrained_run.h"

namespace train {
namespace {

namespace fs = std::filesystem;

std::set<fs::path> Trials() {
  std::set<fs::path> found;
  for (const auto& entry : fs::directory_iterator(fs::temp_directory_path())) {
    if (entry.path().filename().string().starts_with("dstools-trial-")) found.insert(entry.path());
  }
  return found;
}

class TransferCheckTest : public testing::PretrainedRunTest {
 protected:
  void SetUp() override {
    // Trials of others must not be in sight.
    fs::create_directory(out_ / "tmp");
    setenv("TMPDIR", (out_ / "tmp").c_str(), 1);
  }
  void TearDown() override { unsetenv("TMPDIR"); }
};

TEST_F(TransferCheckTest, AProbeTellsOfDatasetAndWeights) {
  RunObserver observer;
  TrainingRunOptions options = Options();
  options.head = "dense:8:relu,dense";
  options.time_budget = 100;
  const std::optional<TransferFacts> facts = ProbeTransfer(options, observer);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->images, 42u);
  EXPECT_EQ(facts->classes, 3u);
  EXPECT_EQ(facts->val_images, 15u);
  EXPECT_NEAR(facts->val_chance, 1.0 / 3, 1e-9);
  EXPECT_GT(facts->val_accuracy, 0.8);
  EXPECT_EQ(Advise(*facts), TransferAdvice::kHeadAlone);
  EXPECT_TRUE(Trials().empty());
}

TEST_F(TransferCheckTest, AProbeNeedsWeightsAndMayBeStopped) {
  RunObserver observer;
  TrainingRunOptions options = Options();
  options.stop = [] { return true; };
  EXPECT_FALSE(ProbeTransfer(options, observer));
  options.weights.reset();
  EXPECT_NE(testing::ErrorOf([&] { ProbeTransfer(options, observer); }).find("`transfer_advice` is about `weights`"),
            std::string::npos);
  EXPECT_TRUE(Trials().empty());
}

TEST_F(TransferCheckTest, ComparesWithAsManyEpochsFromScratch) {
  RunObserver observer;
  const TrainingRunOptions options = Options();
  for (const auto& [epochs, expected] : std::vector<std::pair<uint32_t, uint32_t>>{{2, 2}, {40, kMostCheckEpochs}}) {
    RunResult result;
    result.epochs = epochs;
    result.best_accuracy = 2;
    const std::optional<TransferCheck> check = CheckTransfer(options, result, observer);
    ASSERT_TRUE(check);
    EXPECT_EQ(check->epochs, expected);
    EXPECT_FALSE(check->negative);
    EXPECT_GT(check->scratch_accuracy, 0);
  }
  RunResult bad;
  bad.epochs = 1;
  bad.best_accuracy = 0;
  EXPECT_TRUE(CheckTransfer(options, bad, observer)->negative);
  EXPECT_TRUE(Trials().empty());
}

TEST_F(TransferCheckTest, ItsValIsTheRuns) {
  testing::MakeDataset(dir_->path(), {.name = "two", .ratio = "80,0,20"});
  class Starts : public RunObserver {
   public:
    void OnStart(const RunSummary& start) override { summary = start; }
    RunSummary summary;
  } observer;
  TrainingRunOptions options = Options();
  options.dataset = *dir_ / "two.ds";
  options.val_fraction = 0.2;
  RunResult result;
  result.epochs = 1;
  ASSERT_TRUE(CheckTransfer(options, result, observer));
  ASSERT_EQ(observer.summary.splits.size(), 3u);
  EXPECT_EQ(observer.summary.splits[1].per_class, (std::vector<uint32_t>{4, 4, 4}));
}

TEST_F(TransferCheckTest, ARunsNetworkIsBuiltAnew) {
  RunObserver observer;
  TrainingRunOptions options = Options();
  options.weights.reset();
  options.init_from = *dir_ / "base";
  RunResult result;
  result.epochs = 1;
  result.best_accuracy = 2;
  EXPECT_FALSE(CheckTransfer(options, result, observer)->negative);
}

}  // namespace
}  // namespace train
