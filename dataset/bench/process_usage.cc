#include "dataset/bench/process_usage.h"

#include <sys/resource.h>

#include <charconv>
#include <fstream>
#include <string>
#include <string_view>

namespace dataset {

namespace {

// Returns the number after "NAME:" in a file of such lines, or 0.
uint64_t NumberOf(const char* file, std::string_view name) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
    const size_t begin = line.find_first_not_of(" \t", name.size() + 1);
    if (begin == std::string::npos) break;
    uint64_t number = 0;
    std::from_chars(line.data() + begin, line.data() + line.size(), number);
    return number;
  }
  return 0;
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

ProcessUsage MeasureProcess() {
  constexpr uint64_t kKilo = 1024;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return {.resident = NumberOf("/proc/self/status", "VmRSS") * kKilo,
          .peak_resident = NumberOf("/proc/self/status", "VmHWM") * kKilo,
          .bytes_read = NumberOf("/proc/self/io", "rchar"),
          .cpu_seconds = Seconds(used.ru_utime) + Seconds(used.ru_stime)};
}

}  // namespace dataset
