#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/sample/reject_budget.h"

namespace cli {

// "128MiB", "1.5 GB", "64k", plain bytes; case does not matter. kB, MB, GB, TB are decimal; KiB, MiB, GiB, TiB and the
// single letters k, M, G, T are binary, as in GNU's tools. Throws dataset::Error::Usage.
uint64_t ParseSize(const std::string& text);
// Comma list of finite numbers: "60,20,20". Throws dataset::Error::Usage naming `flag`.
std::vector<double> ParseNumbers(const std::string& text, const std::string& flag);

// How many samples may be bad by --on-bad (skip or fail) and --max-bad ("20", "5%"). Throws dataset::Error::Usage.
dataset::RejectBudget ParseBudget(const std::string& on_bad, const std::optional<std::string>& max_bad);

// "999 B", "12.3 MB": decimal units.
std::string HumanBytes(uint64_t bytes);
// "0:05", "12:34", "1:02:03", to the nearest second.
std::string HumanDuration(double seconds);

}  // namespace cli
