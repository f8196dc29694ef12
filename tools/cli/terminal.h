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
  bool redraws = false;  // a terminal that can overwrite its last line
  bool color = false;
  std::function<int()> width = [] { return 80; };  // columns, asked at each redraw

  // Of a file descriptor and the environment: TERM=dumb does not redraw, NO_COLOR is respected, the width is the
  // terminal's, else $COLUMNS, else 80.
  static ConsoleTraits Detect(int fd);
};

// Permanent lines and, where it can be redrawn, one status line below them. Thread-safe.
class Console {
 public:
  // `write` gets whole lines or redraws, one call each.
  Console(ConsoleTraits traits, std::function<void(std::string_view)> write);
  static Console& Stderr();

  void PrintLine(const std::string& line);
  // Replaces the status line; an empty one removes it. Ignored where nothing can be redrawn.
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
  std::string what;
  uint64_t done = 0;
  uint64_t total = 0;  // 0: not known
  double seconds = 0;  // since its start
};

// "train  1234/4317  29%  812/s  ETA 0:12"
std::string FormatProgress(const WorkState& state);
// "train  [=====>    ] 1234/4317  29%  812/s  ETA 0:12", less the bar where there is no room for one, in at most
// `width` columns.
std::string FormatProgressBar(const WorkState& state, int width, bool color);
// "train  4317 in 0:05 (812/s)"
std::string FormatFinished(const WorkState& state);

// On a console that redraws a bar, drawn at most 10 times a second; else a line every 10 s. A line at the end either
// way. Advance is thread-safe and cheap; Start and Finish are called by one thread while no other advances.
class ProgressBar : public dataset::Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  explicit ProgressBar(Console* console, Clock clock = std::chrono::steady_clock::now);
  ~ProgressBar() override;  // removes the bar of work that was not finished
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
