#include "train/loop/watch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "tests/testing/named.h"

namespace train {
namespace {

// A sound training of ten classes: losses fall, the last epochs are the best, the rate follows a cosine.
WatchedRun Sound(uint32_t epochs, uint32_t planned = 20) {
  WatchedRun run;
  run.planned_epochs = planned;
  run.guess_loss = std::log(10);
  run.train_chance = run.val_chance = 0.1;
  run.loader_cure = "the loader's limit is decode: more `loader_threads`";
  for (uint32_t i = 0; i < epochs; ++i) {
    WatchedEpoch epoch;
    EpochReport& report = epoch.report;
    report.epoch = i;
    report.epochs = planned;
    report.step = 100 * (i + 1);
    report.loss = 1.8 * std::exp(-0.3 * i) + 0.1;
    report.accuracy = 1 - 0.6 * std::exp(-0.3 * i);
    // Val goes up and down a little, as it does at high rates.
    report.val_loss = 1.5 * std::exp(-0.25 * i) + 0.3 + 0.05 * (i % 2);
    report.val_accuracy = 1 - 0.55 * std::exp(-0.25 * i) - 0.01 * (i % 2);
    report.best = i % 2 == 0;
    report.learning_rate = 1e-3 * (0.5 + 0.5 * std::cos(3.14 * (i + 1) / planned));
    report.data_wait = 0.02;
    report.seconds = 30;
    epoch.first_loss = i == 0 ? 2.4 : report.loss;
    epoch.highest_loss = i == 0 ? 2.2 : report.loss + 0.1;
    run.epochs.push_back(epoch);
  }
  return run;
}

using Change = std::function<void(WatchedRun&)>;
using Each = std::function<void(EpochReport&, uint32_t)>;

Change ForEach(uint32_t begin, Each each) {
  return [=](WatchedRun& run) {
    for (uint32_t i = begin; i < run.epochs.size(); ++i) each(run.epochs[i].report, i);
  };
}

struct Case {
  const char* name;
  uint32_t epochs;
  std::optional<FindingKind> found;  // nullopt: nothing
  const char* part;                  // of its text
  Change change;

  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

class WatchTest : public ::testing::TestWithParam<Case> {};

TEST_P(WatchTest, FindsWhatIsThereAndNoMore) {
  WatchedRun run = Sound(GetParam().epochs);
  GetParam().change(run);
  const std::vector<Finding> findings = Watch(run);
  if (!GetParam().found) {
    EXPECT_TRUE(findings.empty()) << findings[0].text;
    return;
  }
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, *GetParam().found) << findings[0].text;
  EXPECT_EQ(findings[0].epoch, GetParam().epochs - 1);
  EXPECT_NE(findings[0].text.find(GetParam().part), std::string::npos) << findings[0].text;
}

void Stuck(EpochReport& report, uint32_t) {
  report.loss = 2.303;
  report.accuracy = 0.104;
  report.val_loss = 2.303;
  report.val_accuracy = 0.1;
  report.best = false;
}

void NoDrop(EpochReport& report, uint32_t i) {
  report.loss = 2.29 - 0.01 * i;
  report.val_loss = 2.28;
  report.accuracy = report.val_accuracy = 0.15;
}

// From epoch 6 on train falls while val rises.
void Overfit(EpochReport& report, uint32_t i) {
  report.val_loss = 0.6 + 0.1 * (i - 6);
  report.best = false;
}

void Flat(EpochReport& report, uint32_t i) {
  report.loss = 0.7 + 0.002 * (i % 3);
  report.val_loss = 0.9 + 0.01 * (i % 2);
  report.val_accuracy = 0.8;
  report.best = false;
  report.learning_rate = 1e-3;
}

// A head phase of so many epochs, that is no better than the largest class.
Change Head(uint32_t epochs, double val_accuracy) {
  return [=](WatchedRun& run) {
    run.head_epochs = epochs;
    run.val_images = 900;
    for (WatchedEpoch& epoch : run.epochs) {
      epoch.report.phase = PhaseKind::kHead;
      epoch.report.val_accuracy = val_accuracy;
    }
  };
}

const Case kCases[] = {
    {"NoTransfer_OfASolvedHead", 1, FindingKind::kNoTransfer,
     "no better than always naming the largest class (val accuracy 0.1190, 0.1000)", Head(1, 0.119)},
    {"NoTransfer_AtTheEndOfThePhase", 3, FindingKind::kNoTransfer, "training without `weights`", Head(3, 0.1)},
    {"NothingOfAHeadThatHasEpochsToGo", 2, {}, "", Head(3, 0.1)},
    {"NothingOfAHeadThatBeatsChance", 1, {}, "", Head(1, 0.121)},
    {"Bounces_AboveTheBeginning", 1, FindingKind::kLossBounces,
     "rose to 9.1 after 2.4 at the beginning; a smaller `finetune_learning_rate`",
     [](WatchedRun& run) { run.epochs[0].highest_loss = 9.1; }},
    {"Bounces_NotByAHarshStart", 1, std::nullopt, "",
     [](WatchedRun& run) {
       run.epochs[0].first_loss = 7;  // of weights before the first step
       run.epochs[0].highest_loss = 9;
     }},
    {"Bounces_NotByAColdFinetune", 1, std::nullopt, "",
     [](WatchedRun& run) {
       run.epochs[0].first_loss = 0.2;  // after the head phase
       run.epochs[0].highest_loss = 1.2;
     }},
    {"Bounces_OverEpochs", 6, FindingKind::kLossBounces, "goes up and down: it rose in 2 of the last epochs, to 1;",
     ForEach(0, [](EpochReport& report, uint32_t i) { report.loss = i % 2 == 0 ? 1.5 : 1.0; })},
    {"Bounces_NotOfFewSteps", 6, std::nullopt, "",
     [](WatchedRun& run) {
       for (uint32_t i = 0; i < 6; ++i) {
         run.epochs[i].report.step = 9 * (i + 1);
         run.epochs[i].report.loss = i % 2 == 0 ? 1.4 : 1.0;
         run.epochs[i].highest_loss = 4;
       }
     }},
    {"Bounces_NotNearZero", 6, std::nullopt, "",
     ForEach(0, [](EpochReport& report, uint32_t i) { report.loss = i % 2 == 0 ? 0.1 : 0.03; })},
    {"Bounces_NotByOneRise", 6, std::nullopt, "", ForEach(4, [](EpochReport& report, uint32_t) { report.loss = 1.5; })},
    {"Bounces_NotAtTheNextPhase", 6, std::nullopt, "",
     ForEach(0,
             [](EpochReport& report, uint32_t i) {
               report.phase = i < 3 ? PhaseKind::kHead : PhaseKind::kFinetune;
               report.loss = i < 3 ? 0.9 - 0.1 * i : 2.4 - 0.3 * i;
             })},
    {"Stuck", 3, FindingKind::kStuckAtChance, "val accuracy 0.1000 is no better than always naming the largest class",
     ForEach(0, Stuck)},
    {"Stuck_NotIfTheLossFalls", 3, std::nullopt, "",
     ForEach(0,
             [](EpochReport& report, uint32_t i) {
               Stuck(report, i);
               report.loss = 2.3 - 0.2 * i;
             })},
    {"Stuck_NotIfTrainLearns", 3, std::nullopt, "",
     ForEach(0, [](EpochReport& report, uint32_t) { report.val_accuracy = 0.1; })},
    {"Stuck_NotInTheSecondEpoch", 2, std::nullopt, "", ForEach(0, Stuck)},
    {"Stuck_NotAfterFewSteps", 3, std::nullopt, "",
     ForEach(0,
             [](EpochReport& report, uint32_t i) {
               Stuck(report, i);
               report.step = 33 * (i + 1);
             })},
    {"Stuck_AtTheLargestClass", 3, FindingKind::kStuckAtChance, "(0.9500)",
     [](WatchedRun& run) {
       run.train_chance = run.val_chance = 0.95;
       for (WatchedEpoch& epoch : run.epochs) {
         epoch.report.val_accuracy = epoch.report.accuracy = 0.95;
         epoch.report.loss = 0.2;
       }
     }},
    {"Stuck_NotABitAboveTheLargestClass", 3, std::nullopt, "",
     [](WatchedRun& run) {
       run.train_chance = run.val_chance = 0.95;
       for (WatchedEpoch& epoch : run.epochs) {
         epoch.report.val_accuracy = epoch.report.accuracy = 0.97;
         epoch.report.loss = 0.1;
       }
     }},
    {"Stuck_NotAboveAThousandth", 3, std::nullopt, "",
     [](WatchedRun& run) {
       run.train_chance = run.val_chance = 0.001;
       for (WatchedEpoch& epoch : run.epochs) {
         epoch.report.val_accuracy = epoch.report.accuracy = 0.02;
         epoch.report.loss = 6.2;
       }
     }},
    {"NoDrop", 3, FindingKind::kNoDrop, "in 3 epochs: it is 2.27, and 2.3 without any learning", ForEach(0, NoDrop)},
    {"NoDrop_AfterMoreEpochsOfFewSteps", 5, FindingKind::kNoDrop, "in 5 epochs: it is 2.27",
     ForEach(0,
             [](EpochReport& report, uint32_t i) {
               NoDrop(report, 2);
               report.step = 20 * (i + 1);
             })},
    {"NoDrop_AskedOnce", 4, std::nullopt, "", ForEach(0, [](EpochReport& report, uint32_t) { NoDrop(report, 2); })},
    {"NoDrop_NotIfValDrops", 3, std::nullopt, "",
     ForEach(0,
             [](EpochReport& report, uint32_t i) {
               NoDrop(report, i);
               report.val_loss = 2.2 - 0.1 * i;
             })},
    {"NoDrop_NotOfASlowStart", 3, std::nullopt, "",
     ForEach(0,
             [](EpochReport& report, uint32_t i) {
               NoDrop(report, i);
               report.loss = 2.29 - 0.06 * i;
             })},
    {"NoDrop_NotInAFinetuneAfterTheHead", 6, std::nullopt, "",
     ForEach(0,
             [](EpochReport& report, uint32_t i) {
               report.phase = i < 3 ? PhaseKind::kHead : PhaseKind::kFinetune;
               if (i >= 3) report.loss = 2.2;
             })},
    {"Plateau", 12, FindingKind::kPlateau,
     "no progress for 5 epochs: neither loss falls, and val accuracy stays at 0.8000", ForEach(4, Flat)},
    {"Plateau_NotWhileTheRateFalls", 12, std::nullopt, "",
     ForEach(4,
             [](EpochReport& report, uint32_t i) {
               Flat(report, i);
               report.learning_rate = 1e-3 * (12 - i);
             })},
    {"Plateau_NotIfTrainGoesOn", 12, std::nullopt, "",
     ForEach(4,
             [](EpochReport& report, uint32_t i) {
               Flat(report, i);
               report.loss = 0.7 - 0.02 * i;
             })},
    {"Plateau_NotAfterThreeEpochs", 7, std::nullopt, "", ForEach(4, Flat)},
    {"Overfitting", 10, FindingKind::kOverfitting, "for 3 epochs val loss has risen, to 0.9 from 0.6 at its lowest",
     ForEach(6, Overfit)},
    {"Overfitting_NotIfAccuracyStillRises", 10, std::nullopt, "",
     ForEach(6,
             [](EpochReport& report, uint32_t i) {
               Overfit(report, i);
               report.best = i == 8;
             })},
    {"Overfitting_NotByALittle", 10, std::nullopt, "",
     ForEach(6,
             [](EpochReport& report, uint32_t i) {
               Overfit(report, i);
               report.val_loss = 0.49 + 0.01 * (i - 6);
             })},
    {"Overfitting_NotIfTrainRisesToo", 10, std::nullopt, "",
     ForEach(6,
             [](EpochReport& report, uint32_t i) {
               Overfit(report, i);
               report.loss = 0.5 + 0.01 * (i - 6);
             })},
    {"NeverPredicted", 10, FindingKind::kNeverPredicted,
     "no picture of val is taken for owl, yak; look at its pictures in train and val",
     [](WatchedRun& run) {
       run.never_predicted = {"owl", "yak"};
     }},
    {"NeverPredicted_NotInTheFirstHalf", 9, std::nullopt, "", [](WatchedRun& run) { run.never_predicted = {"owl"}; }},
    {"DataWait", 2, FindingKind::kDataWait, "wait for batches during 20 % of the time; the loader's limit is decode",
     ForEach(0, [](EpochReport& report, uint32_t) { report.data_wait = 0.2; })},
    {"DataWait_NotInTheFirstEpoch", 2, std::nullopt, "", [](WatchedRun& run) { run.epochs[0].report.data_wait = 0.9; }},
    {"DataWait_NotOfAShortEpoch", 2, std::nullopt, "",
     ForEach(0,
             [](EpochReport& report, uint32_t) {
               report.data_wait = 0.5;
               report.seconds = 3;
             })},
    {"NothingOfUnknownNumbers", 10, std::nullopt, "",
     [](WatchedRun& run) {
       const double unknown = std::numeric_limits<double>::quiet_NaN();
       for (WatchedEpoch& epoch : run.epochs) {
         EpochReport& report = epoch.report;
         epoch.first_loss = epoch.highest_loss = report.loss = report.accuracy = report.val_loss = unknown;
         report.val_accuracy = report.data_wait = report.seconds = report.learning_rate = unknown;
       }
     }},
};
INSTANTIATE_TEST_SUITE_P(Cases, WatchTest, ::testing::ValuesIn(kCases), dataset::testing::kNameOfParameter);

TEST(WatchRunTest, ASoundTrainingIsNotWarnedOfAtAnyEpoch) {
  EXPECT_TRUE(Watch(WatchedRun()).empty());
  for (const uint32_t planned : {1u, 3u, 20u, 60u}) {
    for (uint32_t epochs = 1; epochs <= planned; ++epochs) {
      for (const Finding& finding : Watch(Sound(epochs, planned))) ADD_FAILURE() << epochs << ": " << finding.text;
    }
  }
}

}  // namespace
}  // namespace train
