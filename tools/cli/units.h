#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/enum_names.h"
#include "dataset/sample/reject_budget.h"

namespace cli {

// Parses a number of bytes: "128MiB", "1.5 GB", "64k", "4096"; case does not matter. kB, MB, GB and TB are decimal;
// KiB, MiB, GiB, TiB and the single letters k, M, G and T are binary, as in GNU's tools. Throws dataset::Error::Usage.
uint64_t ParseSize(const std::string& text);
// Parses a duration to seconds: "90s", "15m", "1.5h", "1h30m", "90", which is seconds. Throws dataset::Error::Usage,
// which names `flag`.
double ParseDuration(const std::string& text, const std::string& flag);
// Parses a comma list of finite numbers such as "60,20,20". Throws dataset::Error::Usage, which names `flag`.
std::vector<double> ParseNumbers(const std::string& text, const std::string& flag);

// What becomes of an unreadable picture, --on-bad.
enum class OnBad { kSkip, kFail };
constexpr auto EnumNames(OnBad) {
  return dataset::NameTable<OnBad, 2>{{{OnBad::kSkip, "skip"}, {OnBad::kFail, "fail"}}};
}
// Returns how many samples may be bad by --on-bad and the value of --max-bad, "20" or "5%". Throws
// dataset::Error::Usage.
dataset::RejectBudget ParseBudget(OnBad on_bad, const std::optional<std::string>& max_bad);

// Formats bytes in decimal units: "999 B", "12.3 MB".
std::string HumanBytes(uint64_t bytes);
// Formats a duration, rounded to seconds: "0:05", "12:34", "1:02:03".
std::string HumanDuration(double seconds);

}  // namespace cli
