#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "dataset/base/progress.h"

namespace cli {

// What a console can do.
struct ConsoleTraits {
  bool redraws = false;  // it is a terminal that can overwrite its last line
  bool color = false;
  std::function<int()> width = [] { return 80; };  // columns; called at each redraw

  // Finds out what the console behind a file descriptor can do. TERM=dumb does not redraw; NO_COLOR turns colour off.
  // The width is the terminal's; if it has none, $COLUMNS; otherwise 80.
  static ConsoleTraits Detect(int fd);
};

// Prints permanent lines and, if the console redraws, one status line below them. Thread-safe.
class Console {
 public:
  // `write` is called once for each line and for each redraw.
  Console(ConsoleTraits traits, std::function<void(std::string_view)> write);
  static Console& Stderr();

  void PrintLine(const std::string& line);
  // Replaces the status line; an empty line removes it. Does nothing if the console does not redraw.
  void SetStatus(const std::string& line);

  const ConsoleTraits& traits() const { return traits_; }

 private:
  const ConsoleTraits traits_;
  const std::function<void(std::string_view)> write_;
  std::mutex mutex_;
  std::string status_;
};

// How far a piece of work is.
struct WorkState {
  std::string what;    // its name
  uint64_t done = 0;   // in any unit
  uint64_t total = 0;  // in the same unit; 0: not known
  double seconds = 0;  // since it was started
};

// Returns a line such as "train  1234/4317  29%  812/s  ETA 0:12".
std::string FormatProgress(const WorkState& state);
// Returns a line such as "train  [=====>    ] 1234/4317  29%  812/s  ETA 0:12", which takes fewer than `width` columns.
// The bar is left out if there is no room for it.
std::string FormatProgressBar(const WorkState& state, int width, bool color);
// Returns a line such as "train  4317 in 0:05 (812/s)".
std::string FormatFinished(const WorkState& state);

// Shows progress on a console: a bar that is drawn at most 10 times a second or, if the console does not redraw, a line
// every 10 s. Finish prints a last line. Advance is thread-safe and cheap; Start and Finish must be called by one
// thread while no other calls Advance.
class ProgressBar : public dataset::Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  explicit ProgressBar(Console* console, Clock clock = std::chrono::steady_clock::now);
  ~ProgressBar() override;  // removes the bar if the work was not finished
  void Start(const std::string& what, uint64_t total) override;
  void Advance(uint64_t count) override;
  void Finish() override;

 private:
  WorkState State() const;
  void Draw();

  Console* const console_;
  const Clock clock_;
  const std::chrono::nanoseconds interval_;
  std::string what_;
  uint64_t total_ = 0;
  bool started_ = false;
  std::chrono::steady_clock::time_point start_;
  std::atomic<uint64_t> done_ = 0;
  std::atomic<int64_t> next_draw_ = 0;  // nanoseconds since start_
};

}  // namespace cli
