#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/compile/compile_plan.h"
#include "dataset/image/pixel_sums.h"

namespace dataset {

// Sums over the stored pixels of train's readable pictures, as far as they are the share's. nullopt: options.stop said
// so. Throws Error for a file that cannot be read.
std::optional<PixelSums> SumTrainPixels(const CompileOptions& options, const CompileInput& input, Progress& progress);

// The file of one share (proto/FORMAT.md, section 4, Mean and std).
std::string FormatStatistics(const PixelSums& sums, const WorkerShare& share, const DatasetInfo& info);
// The sum of the files of all shares. Untrusted: throws Error for files of another dataset, a share that is missing or
// there twice, and sums without pixels.
PixelSums LoadStatistics(const std::vector<std::filesystem::path>& files, const DatasetInfo& info);

}  // namespace dataset
