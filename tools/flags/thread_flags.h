#pragma once

#include <string>

namespace cli {

// At most as many threads as there are cores, with a warning that names the flag where more were asked for: they would
// but get in one another's way.
int BoundThreads(const std::string& flag, int threads);

}  // namespace cli
