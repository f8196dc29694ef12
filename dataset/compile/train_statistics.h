#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/compile/compile_plan.h"
#include "dataset/image/pixel_sums.h"

namespace dataset {

// Sums the pixels, as they would be stored, of the readable pictures in options.worker's share of train. Each entry
// counts once. Returns nullopt if options.stop ended it. Throws Error for a file that cannot be read.
std::optional<PixelSums> SumTrainPixels(const CompileOptions& options, const CompileInput& input, Progress& progress);

// Returns the content of the file of one share (proto/FORMAT.md, section 4, "Mean and std"). `photos` is their stamp;
// empty: it is not told.
std::string FormatStatistics(const PixelSums& sums, const WorkerShare& share, const std::string& photos,
                             const DatasetInfo& info);
// Whether a file tells, as older ones do not, that it is of other photos than those of the stamp `photos`.
bool IsOfOtherPhotos(const std::filesystem::path& file, const std::string& photos);
// Adds up the files of all shares. The files are untrusted: throws Error for a damaged file, one of another dataset or
// with other options, a share that is missing or there twice, and if there are no pixels at all.
PixelSums LoadStatistics(const std::vector<std::filesystem::path>& files, const DatasetInfo& info);

// Throws Error if a file is there that is none of statistics, so that another program's file is not replaced.
void RefuseOthersStatistics(const std::filesystem::path& file);

}  // namespace dataset
