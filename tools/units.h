#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cli {

// "128MiB", "1.5 GB", "64k", plain bytes; case does not matter. kB, MB, GB, TB are decimal; KiB, MiB, GiB, TiB and the
// single letters k, M, G, T are binary, as in GNU's tools. Throws dataset::Error::Usage.
uint64_t ParseSize(const std::string& text);
// Comma list of finite numbers: "60,20,20". Throws dataset::Error::Usage naming `flag`.
std::vector<double> ParseNumbers(const std::string& text, const std::string& flag);

// "999 B", "12.3 MB": decimal units.
std::string HumanBytes(uint64_t bytes);
// "0:05", "12:34", "1:02:03", to the nearest second.
std::string HumanDuration(double seconds);

}  // namespace cli
