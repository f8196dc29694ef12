#include "train/weights/quote.h"

#include <gtest/gtest.h>

namespace train {
namespace {

TEST(QuoteTest, KeepsPrintableText) { EXPECT_EQ(Quote("features.0.weight"), "'features.0.weight'"); }

TEST(QuoteTest, EscapesWhatATerminalWouldObey) { EXPECT_EQ(Quote("\x1b[2J\n\xc3"), "'\\x1b[2J\\x0a\\xc3'"); }

TEST(QuoteTest, CutsLongNames) { EXPECT_EQ(Quote(std::string(81, 'a')), "'" + std::string(80, 'a') + "...'"); }

}  // namespace
}  // namespace train
