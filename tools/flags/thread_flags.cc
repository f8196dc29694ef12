#include "tools/flags/thread_flags.h"

#include <algorithm>
#include <thread>

#include "tools/cli/cli.h"

namespace cli {

int BoundThreads(const std::string& flag, int threads) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  if (threads <= cores) return threads;
  Warn(flag + " " + std::to_string(threads) + ": " + std::to_string(cores) + " are used, one a core");
  return cores;
}

}  // namespace cli
