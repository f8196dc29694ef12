#pragma once

#include <exception>

namespace train {

// Whether libtorch has thrown it since memory, that of the device or the host's, ran out. Its versions have no one type
// for that.
bool IsOutOfMemory(const std::exception& error);

}  // namespace train
