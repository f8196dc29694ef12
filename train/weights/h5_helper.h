#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "dataset/io/mapped_file.h"

namespace train {

// libhdf5 trusts what it reads, and damaged files have often made it overrun its buffers. It therefore runs in a
// process of its own, dstools-h5. That process can reach no file and no socket except the weights on its standard input
// and its output. If the system cannot confine it in this way, it refuses every file.

// Returns the path of dstools-h5: beside the running program or, if that lies in a folder `tests`, in ../bin. No
// environment variable can change it, since the environment must not decide which program runs. Throws dataset::Error,
// which names `file`, if the program is not there.
std::filesystem::path FindH5Helper(const std::string& file);

// dstools-h5 exits with this code if it refuses a file; the reason is on its standard error. (Sanitizers exit with 1.)
inline constexpr int kH5Refused = 3;

// Runs `helper` on `file` and returns its standard output, a sealed file in memory that no process can change. A crash,
// a refusal, and a run that takes longer than `patience` are a dataset::Error, which names `name`.
std::unique_ptr<dataset::MappedFile> RunH5Helper(const std::filesystem::path& helper, const dataset::MappedFile& file,
                                                 const std::string& name, std::chrono::milliseconds patience);

}  // namespace train
