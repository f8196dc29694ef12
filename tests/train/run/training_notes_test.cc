#include "train/run/training_notes.h"

#include <gtest/gtest.h>

namespace train {
namespace {

// Runs on a GPU repeated to the bit before there was a choice; others always do, so nothing is noted.
TEST(TrainingNotesTest, AnOlderRunOnAGpuIsDeterministic) {
  EXPECT_EQ(OfToday({{"device", "cuda"}}).at("deterministic"), "yes");
  EXPECT_EQ(OfToday({{"device", "cuda"}, {"deterministic", "no"}}).at("deterministic"), "no");
  EXPECT_FALSE(OfToday({{"device", "cpu"}}).contains("deterministic"));
  EXPECT_FALSE(OfToday({}).contains("deterministic"));
}

}  // namespace
}  // namespace train
