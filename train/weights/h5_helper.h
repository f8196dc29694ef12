#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "dataset/io/mapped_file.h"

namespace train {

// libhdf5 trusts what it reads, and damaged files have often made it overrun its buffers. It therefore runs in a
// process of its own, dstools-h5, which has neither files nor sockets but the weights on its standard input, and is
// linked to nothing of ours that it could harm. Where the system does not confine it so, it refuses every file.

// dstools-h5 beside the running program; of programs in a folder `tests`, in ../bin. No variable names it: what
// is run must not be for the environment to say. Throws dataset::Error with `file`, which cannot be read without it.
std::filesystem::path FindH5Helper(const std::string& file);

// The exit code by which it refuses a file, having written the reason to its standard error. Sanitizers use 1.
inline constexpr int kH5Refused = 3;

// Runs `helper` and returns its standard output, a file in memory that nobody can change any more. A crash, a refusal
// and no end within `patience` are a dataset::Error with `name`.
std::unique_ptr<dataset::MappedFile> RunH5Helper(const std::filesystem::path& helper, const dataset::MappedFile& file,
                                                 const std::string& name, std::chrono::milliseconds patience);

}  // namespace train
