#include "tools/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "tools/cli/units.h"

namespace cli {

namespace {

constexpr std::chrono::milliseconds kRedrawInterval(100);
constexpr std::chrono::seconds kLineInterval(10);
constexpr size_t kMinBar = 10;
constexpr size_t kMaxBar = 40;

int TerminalWidth(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const int named = columns != nullptr ? std::atoi(columns) : 0;
  return named > 0 ? named : 80;
}

std::string FormatRate(const WorkState& state) {
  if (state.done == 0 || state.seconds <= 0) return "";
  const double rate = static_cast<double>(state.done) / state.seconds;
  char text[48];
  std::snprintf(text, sizeof(text), rate >= 10 ? "%.0f/s" : "%.1f/s", rate);
  return text;
}

double Fraction(const WorkState& state) {
  return std::min(1.0, static_cast<double>(state.done) / static_cast<double>(state.total));
}

// Returns all but the name: "1234/4317  29%  812/s  ETA 0:12".
std::string Figures(const WorkState& state) {
  const std::string rate = FormatRate(state);
  std::string figures = std::to_string(state.done);
  if (state.total == 0) return figures + (rate.empty() ? "" : "  " + rate) + "  " + HumanDuration(state.seconds);
  char percent[16];
  std::snprintf(percent, sizeof(percent), "  %2.0f%%", std::floor(100 * Fraction(state)));
  figures += "/" + std::to_string(state.total) + percent;
  if (rate.empty()) return figures;
  const double remaining = static_cast<double>(state.total - std::min(state.done, state.total));
  return figures + "  " + rate + "  ETA " + HumanDuration(remaining * state.seconds / static_cast<double>(state.done));
}

// Returns the beginning of `text` that fits `width` columns; each code point counts as one column.
std::string Cut(const std::string& text, size_t width) {
  size_t columns = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool continuation = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    if (!continuation && columns++ == width) return text.substr(0, i);
  }
  return text;
}

}  // namespace

ConsoleTraits ConsoleTraits::Detect(int fd) {
  const char* term = std::getenv("TERM");
  const char* no_color = std::getenv("NO_COLOR");
  ConsoleTraits traits;
  traits.redraws = isatty(fd) == 1 && term != nullptr && std::string_view(term) != "dumb";
  traits.color = traits.redraws && (no_color == nullptr || *no_color == '\0');
  traits.width = [fd] { return TerminalWidth(fd); };
  return traits;
}

Console::Console(ConsoleTraits traits, std::function<void(std::string_view)> write)
    : traits_(std::move(traits)), write_(std::move(write)) {}

Console& Console::Stderr() {
  static Console console(ConsoleTraits::Detect(STDERR_FILENO),
                         [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); });
  return console;
}

void Console::PrintLine(const std::string& line) {
  std::lock_guard lock(mutex_);
  write_(status_.empty() ? line + "\n" : "\r\x1b[K" + line + "\n" + status_);
}

void Console::SetStatus(const std::string& line) {
  std::lock_guard lock(mutex_);
  if (!traits_.redraws || (line.empty() && status_.empty())) return;
  write_("\r" + line + "\x1b[K");
  status_ = line;
}

std::string FormatProgress(const WorkState& state) { return state.what + "  " + Figures(state); }

std::string FormatProgressBar(const WorkState& state, int width, bool color) {
  // The last column stays free, since some terminals wrap as soon as it is written.
  const size_t room = static_cast<size_t>(std::max(width, 2) - 1);
  const std::string figures = Figures(state);
  const size_t taken = state.what.size() + figures.size() + 5;  // two blanks, brackets, blank
  if (state.total == 0 || taken + kMinBar > room) return Cut(FormatProgress(state), room);
  const size_t length = std::min(room - taken, kMaxBar);
  const size_t filled = static_cast<size_t>(static_cast<double>(length) * Fraction(state));
  std::string bar(filled, '=');
  const size_t head = filled < length ? 1 : 0;
  bar.append(head, '>');
  const std::string rest(length - filled - head, ' ');
  return state.what + "  [" + (color ? "\x1b[32m" + bar + "\x1b[0m" : bar) + rest + "] " + figures;
}

std::string FormatFinished(const WorkState& state) {
  const std::string rate = FormatRate(state);
  std::string done = std::to_string(state.done);
  if (state.done < state.total) done += "/" + std::to_string(state.total);
  return state.what + "  " + done + " in " + HumanDuration(state.seconds) + (rate.empty() ? "" : " (" + rate + ")");
}

ProgressBar::ProgressBar(Console* console, Clock clock)
    : console_(console),
      clock_(std::move(clock)),
      interval_(console->traits().redraws ? std::chrono::nanoseconds(kRedrawInterval) : kLineInterval) {}

ProgressBar::~ProgressBar() {
  if (started_) console_->SetStatus("");
}

void ProgressBar::Start(const std::string& what, uint64_t total) {
  what_ = what;
  total_ = total;
  start_ = clock_();
  done_ = 0;
  next_draw_ = interval_.count();
  started_ = true;
  if (console_->traits().redraws) Draw();
}

void ProgressBar::Advance(uint64_t count) {
  done_.fetch_add(count, std::memory_order_relaxed);
  const int64_t now = std::chrono::nanoseconds(clock_() - start_).count();
  int64_t due = next_draw_.load(std::memory_order_relaxed);
  // Several threads may come here at once; the one that sets the time of the next drawing draws.
  if (now < due || !next_draw_.compare_exchange_strong(due, now + interval_.count())) return;
  Draw();
}

void ProgressBar::Finish() {
  if (!started_) return;
  started_ = false;
  console_->SetStatus("");
  console_->PrintLine(FormatFinished(State()));
}

WorkState ProgressBar::State() const {
  return {what_, done_.load(std::memory_order_relaxed), total_,
          std::chrono::duration<double>(clock_() - start_).count()};
}

void ProgressBar::Draw() {
  const ConsoleTraits& traits = console_->traits();
  if (traits.redraws) {
    console_->SetStatus(FormatProgressBar(State(), traits.width(), traits.color));
  } else {
    console_->PrintLine(FormatProgress(State()));
  }
}

}  // namespace cli
