#pragma once

#include <filesystem>

namespace dataset {

// Removes a file or a link if it is there; throws Error for a folder.
void RemoveFile(const std::filesystem::path& file);
// Removes a folder if it is there and empty. A folder that holds anything stays, and so does a link to a folder. Throws
// Error.
void RemoveIfEmpty(const std::filesystem::path& folder);

}  // namespace dataset
