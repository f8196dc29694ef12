#include "train/run/lowered_rate.h"

#include <gtest/gtest.h>

namespace train {
namespace {

using Options = std::map<std::string, std::string>;

const std::vector<Phase> kPhases = {{.kind = PhaseKind::kHead, .epochs = 2},
                                    {.kind = PhaseKind::kFinetune, .epochs = 3}};
const Options kThen = {{"head_learning_rate", "0.001"}, {"finetune_learning_rate", "0.0003"}, {"seed", "1"}};

TrainState StateIn(uint32_t epoch) {
  TrainState state;
  state.epoch = epoch;
  state.options = kThen;
  return state;
}

TEST(LoweredRateTest, ASmallerRateOfAPhaseThatIsNotOverIsTaken) {
  struct Case {
    uint32_t epoch;
    const char* option;
    const char* is;
    bool taken;
    bool from_best;
  };
  for (const Case& one : std::vector<Case>{
           {0, "head_learning_rate", "0.0001", true, true},
           {1, "head_learning_rate", "1e-06", true, true},
           {2, "head_learning_rate", "0.0001", false, false},  // that phase is over
           {0, "finetune_learning_rate", "0.0001", true, false},
           {1, "finetune_learning_rate", "0.0001", true, false},
           {2, "finetune_learning_rate", "0.0001", true, true},
           {4, "finetune_learning_rate", "0.0001", true, true},
           {5, "finetune_learning_rate", "0.0001", false, false},  // the run is complete
           {4, "finetune_learning_rate", "0.0003", false, false},
           {4, "finetune_learning_rate", "0.001", false, false},
           {4, "finetune_learning_rate", "", false, false},
           {4, "seed", "0", false, false},
       }) {
    TrainState state = StateIn(one.epoch);
    Options now = kThen;
    now[one.option] = one.is;
    const std::vector<LoweredRate> rates = TakeLoweredRates(kPhases, now, &state);
    EXPECT_EQ(!rates.empty(), one.taken) << one.epoch << one.option << one.is;
    EXPECT_EQ(GoesOnFromBest(rates), one.from_best) << one.epoch << one.option << one.is;
    EXPECT_EQ(state.options == now, one.taken || now == kThen) << one.epoch << one.option << one.is;
  }
}

TEST(LoweredRateTest, TellsBothRates) {
  TrainState state = StateIn(1);
  const Options now = {{"head_learning_rate", "0.0005"}, {"finetune_learning_rate", "0.0001"}, {"seed", "1"}};
  const std::vector<LoweredRate> rates = TakeLoweredRates(kPhases, now, &state);
  ASSERT_EQ(rates.size(), 2u);
  EXPECT_EQ(rates[0].phase, PhaseKind::kHead);
  EXPECT_EQ(rates[0].was, 0.001);
  EXPECT_EQ(rates[0].is, 0.0005);
  EXPECT_TRUE(rates[0].current);
  EXPECT_EQ(rates[1].phase, PhaseKind::kFinetune);
  EXPECT_FALSE(rates[1].current);
  EXPECT_EQ(state.options, now);
}

// The rate that the user chose counts, and the run may be halved anew.
TEST(LoweredRateTest, ItTakesThePlaceOfHalvings) {
  for (const bool current : {true, false}) {
    TrainState state = StateIn(0);
    state.divergences = {.rate_factor = 0.25, .halvings = 2, .skipped = 3, .in_a_row = 1};
    const DivergenceState before = state.divergences;
    Options now = kThen;
    now[current ? "head_learning_rate" : "finetune_learning_rate"] = "1e-06";
    TakeLoweredRates(kPhases, now, &state);
    EXPECT_EQ(state.divergences, current ? (DivergenceState{1, 0, 3, 0}) : before);
  }
}

}  // namespace
}  // namespace train
