#pragma once

#include <string>
#include <vector>

namespace cli {

// The one of `names` (long options without dashes) that is meant by `typed`, which is none of them: the first that
// users of other trainers know by that word ("lr", "epochs", "workers", "imgsz"), else the nearest by spelling, else
// the first that begins with it. Case does not matter, nor '_' for '-'. "" if there is none.
std::string MeantOption(const std::string& typed, const std::vector<std::string>& names);

}  // namespace cli
