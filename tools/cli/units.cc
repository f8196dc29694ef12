#include "tools/cli/units.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <optional>
#include <string_view>

#include "dataset/base/ascii.h"
#include "dataset/base/error.h"

namespace cli {

namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Returns the number at the beginning of `text`, and sets *rest to the text behind it.
std::optional<double> LeadingNumber(std::string_view text, std::string_view* rest) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  *rest = text.substr(static_cast<size_t>(end - text.data()));
  return value;
}

std::optional<double> UnitFactor(std::string unit) {
  unit = dataset::AsciiLower(unit);
  if (unit.empty() || unit == "b") return 1;
  const size_t power = std::string_view("kmgt").find(unit[0]);
  if (power == std::string_view::npos) return std::nullopt;
  const std::string suffix = unit.substr(1);
  if (suffix == "b") return std::pow(1000.0, static_cast<double>(power + 1));
  if (suffix.empty() || suffix == "ib") return std::pow(1024.0, static_cast<double>(power + 1));
  return std::nullopt;
}

}  // namespace

uint64_t ParseSize(const std::string& text) {
  std::string_view rest;
  const std::optional<double> number = LeadingNumber(Trim(text), &rest);
  const std::optional<double> factor = number ? UnitFactor(std::string(Trim(rest))) : std::nullopt;
  if (!factor || std::signbit(*number))
    throw dataset::Error::Usage("'" + text + "' is not a size such as 128MiB or 2GB");
  const double bytes = std::round(*number * *factor);
  if (bytes >= 0x1p63) throw dataset::Error::Usage("the size '" + text + "' is too large");
  return static_cast<uint64_t>(bytes);
}

double ParseDuration(const std::string& text, const std::string& flag) {
  constexpr double kMost = 1e9;
  double seconds = 0;
  std::string_view rest = Trim(text);
  const bool plain = rest.find_first_of("hms") == std::string_view::npos;
  double last = 1e9;  // seconds of the last unit; units must fall
  bool good = !rest.empty();
  while (good && !rest.empty()) {
    const std::optional<double> number = LeadingNumber(rest, &rest);
    const char unit = rest.empty() ? (plain ? 's' : ' ') : rest.front();
    const double factor = unit == 'h' ? 3600 : unit == 'm' ? 60 : unit == 's' ? 1 : 0;
    good = number && !std::signbit(*number) && factor > 0 && factor < last;
    if (!good) break;
    if (!rest.empty()) rest.remove_prefix(1);
    last = factor;
    seconds += *number * factor;
  }
  if (!good || !(seconds <= kMost)) {
    throw dataset::Error::Usage(flag + ": '" + text + "' is not a duration such as 90s, 15m or 1h30m");
  }
  return seconds;
}

std::vector<double> ParseNumbers(const std::string& text, const std::string& flag) {
  std::vector<double> numbers;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    std::string_view rest;
    const std::optional<double> number = LeadingNumber(Trim(std::string_view(text).substr(begin, end - begin)), &rest);
    if (!number || !rest.empty()) {
      throw dataset::Error::Usage(flag + ": '" + text + "' is not a comma list of numbers such as 60,20,20");
    }
    numbers.push_back(*number);
    begin = end + 1;
  }
  return numbers;
}

dataset::RejectBudget ParseBudget(OnBad on_bad, const std::optional<std::string>& max_bad) {
  dataset::RejectBudget budget;
  if (on_bad == OnBad::kFail) {
    if (max_bad) throw dataset::Error::Usage("--max-bad is for --on-bad skip");
    budget.count = 0;
  }
  if (!max_bad) return budget;
  const bool percent = max_bad->ends_with('%');
  const std::string digits = max_bad->substr(0, max_bad->size() - (percent ? 1 : 0));
  const std::vector<double> number = ParseNumbers(digits, "--max-bad");
  const bool fits = number.size() == 1 && number[0] >= 0 &&
                    (percent ? number[0] <= 100 : number[0] == std::floor(number[0]) && number[0] < 1e15);
  if (!fits) {
    throw dataset::Error::Usage("--max-bad: '" + *max_bad + "' is neither a number of files nor a part such as 5%");
  }
  if (percent) {
    budget.fraction = number[0] / 100;
  } else {
    budget.count = static_cast<uint64_t>(number[0]);
  }
  return budget;
}

std::string HumanBytes(uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  static constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  // 999.95 would be printed as 1000.0, so it gets the next unit.
  for (; value >= 999.95 && unit + 1 < std::size(kUnits); ++unit) value /= 1000;
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f %s", value, kUnits[unit]);
  return text;
}

std::string HumanDuration(double seconds) {
  constexpr double kLongest = 1e9;
  // The comparison also turns a NaN into 0.
  const long long total = std::llround(seconds > 0 ? std::min(seconds, kLongest) : 0.0);
  char text[48];
  if (total >= 3600) {
    std::snprintf(text, sizeof(text), "%lld:%02lld:%02lld", total / 3600, total / 60 % 60, total % 60);
  } else {
    std::snprintf(text, sizeof(text), "%lld:%02lld", total / 60, total % 60);
  }
  return text;
}

}  // namespace cli
