#include "tools/cli/terminal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A console that remembers what was written, and a clock that is moved by hand.
struct Desk {
  explicit Desk(bool redraws, int width = 70)
      : console({redraws, false, [width] { return width; }},
                [this](std::string_view text) { written.emplace_back(text); }),
        bar(&console, [this] { return now; }) {}

  std::vector<std::string> written;
  std::chrono::steady_clock::time_point now{};
  Console console;
  ProgressBar bar;
};

TEST(FormatTest, Progress) {
  EXPECT_EQ(FormatProgress({"train", 1234, 4317, 1.52}), "train  1234/4317  28%  812/s  ETA 0:04");
  EXPECT_EQ(FormatProgress({"train", 0, 4317, 3}), "train  0/4317   0%");
  EXPECT_EQ(FormatProgress({"train", 5, 10, 2}), "train  5/10  50%  2.5/s  ETA 0:02");
  EXPECT_EQ(FormatProgress({"train", 999, 1000, 1}), "train  999/1000  99%  999/s  ETA 0:00");
  EXPECT_EQ(FormatProgress({"train", 12, 10, 1}), "train  12/10  100%  12/s  ETA 0:00") << "more than announced";
  EXPECT_EQ(FormatProgress({"scan", 1234, 0, 2}), "scan  1234  617/s  0:02");
  EXPECT_EQ(FormatProgress({"scan", 0, 0, 0}), "scan  0  0:00");
}

TEST(FormatTest, ProgressBarFillsTheWidth) {
  EXPECT_EQ(FormatProgressBar({"train", 50, 100, 10}, 50, false), "train  [=====>     ] 50/100  50%  5.0/s  ETA 0:10");
}

TEST(FormatTest, ProgressBarNeverReachesTheLastColumn) {
  for (uint64_t done : {0, 1, 33, 99, 100}) {
    for (int width = 0; width < 200; ++width) {
      const std::string line = FormatProgressBar({"train", done, 100, 10}, width, false);
      EXPECT_LT(line.size(), static_cast<size_t>(std::max(width, 2))) << width;
    }
  }
}

TEST(FormatTest, ProgressBarWithoutRoomOrTotalIsText) {
  EXPECT_EQ(FormatProgressBar({"train", 50, 100, 10}, 40, false), "train  50/100  50%  5.0/s  ETA 0:10");
  EXPECT_EQ(FormatProgressBar({"train", 50, 100, 10}, 10, false), "train  50");
  EXPECT_EQ(FormatProgressBar({"scan", 50, 0, 10}, 80, false), "scan  50  5.0/s  0:10");
  EXPECT_EQ(FormatProgressBar({"f\xc3\xbcr", 1, 0, 0}, 4, false), "f\xc3\xbcr") << "cut between code points";
}

TEST(FormatTest, Color) {
  EXPECT_NE(FormatProgressBar({"train", 50, 100, 10}, 70, true).find("[\x1b[32m"), std::string::npos);
}

TEST(FormatTest, Finished) {
  EXPECT_EQ(FormatFinished({"train", 4317, 4317, 5}), "train  4317 in 0:05 (863/s)");
  EXPECT_EQ(FormatFinished({"train", 1234, 4317, 5}), "train  1234/4317 in 0:05 (247/s)");
  EXPECT_EQ(FormatFinished({"scan", 0, 0, 0}), "scan  0 in 0:00");
}

TEST(ProgressBarTest, RedrawsTenTimesASecond) {
  Desk desk(true);
  desk.bar.Start("train", 1000);
  EXPECT_EQ(desk.written.size(), 1u);
  for (int i = 0; i < 1000; ++i) {
    desk.now += milliseconds(1);
    desk.bar.Advance(1);
  }
  EXPECT_EQ(desk.written.size(), 11u);
  for (const std::string& text : desk.written) {
    EXPECT_EQ(text.front(), '\r');
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
  desk.bar.Finish();
  ASSERT_EQ(desk.written.size(), 13u);
  EXPECT_EQ(desk.written[11], "\r\x1b[K");
  EXPECT_EQ(desk.written[12], "train  1000 in 0:01 (1000/s)\n");
}

TEST(ProgressBarTest, PlainLineEveryTenSeconds) {
  Desk desk(false);
  desk.bar.Start("train", 100);
  for (int i = 0; i < 25; ++i) {
    desk.now += seconds(1);
    desk.bar.Advance(1);
  }
  desk.bar.Finish();
  const std::vector<std::string> expected = {"train  10/100  10%  1.0/s  ETA 1:30\n",
                                             "train  20/100  20%  1.0/s  ETA 1:20\n",
                                             "train  25/100 in 0:25 (1.0/s)\n"};
  EXPECT_EQ(desk.written, expected);
}

TEST(ProgressBarTest, UnfinishedWorkLeavesNoBar) {
  std::vector<std::string> written;
  Console console({true, false, [] { return 70; }}, [&](std::string_view text) { written.emplace_back(text); });
  {
    ProgressBar bar(&console);
    bar.Start("train", 10);
  }
  EXPECT_EQ(written.back(), "\r\x1b[K");
}

TEST(ProgressBarTest, StartsAfresh) {
  Desk desk(false);
  desk.bar.Start("train", 10);
  desk.bar.Advance(10);
  desk.bar.Finish();
  desk.now += seconds(3);
  desk.bar.Start("val", 5);
  desk.now += seconds(1);
  desk.bar.Advance(5);
  desk.bar.Finish();
  desk.bar.Finish();
  const std::vector<std::string> expected = {"train  10 in 0:00\n", "val  5 in 0:01 (5.0/s)\n"};
  EXPECT_EQ(desk.written, expected);
}

TEST(ProgressBarTest, AdvanceFromManyThreads) {
  Console console({true, false, [] { return 70; }}, [](std::string_view) {});
  ProgressBar bar(&console);
  bar.Start("train", 40000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10000; ++i) bar.Advance(1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  bar.Finish();
}

TEST(ConsoleTest, LinesStayAboveTheStatus) {
  Desk desk(true);
  desk.console.SetStatus("bar");
  desk.console.PrintLine("line");
  desk.console.SetStatus("");
  desk.console.SetStatus("");
  desk.console.PrintLine("line");
  const std::vector<std::string> expected = {"\rbar\x1b[K", "\r\x1b[Kline\nbar", "\r\x1b[K", "line\n"};
  EXPECT_EQ(desk.written, expected);
}

TEST(ConsoleTest, NoStatusWhereNothingIsRedrawn) {
  Desk desk(false);
  desk.console.SetStatus("bar");
  desk.console.PrintLine("line");
  EXPECT_EQ(desk.written, std::vector<std::string>{"line\n"});
}

}  // namespace
}  // namespace cli
