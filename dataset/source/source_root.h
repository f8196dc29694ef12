#pragma once

#include <filesystem>

namespace dataset {

// Returns the absolute name of the folder that the paths of a source begin at, without symbolic links. Throws Error if
// it is no folder, cannot be read or its name is not UTF-8.
std::filesystem::path ResolveSourceRoot(const std::filesystem::path& root);

}  // namespace dataset
