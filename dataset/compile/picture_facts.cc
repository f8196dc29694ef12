#include "dataset/compile/picture_facts.h"

#include <optional>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/compile/depth_look.h"
#include "dataset/compile/photo_stamp.h"
#include "dataset/compile/train_statistics.h"
#include "dataset/io/file.h"
#include "dataset/sample/scale.h"

namespace dataset {

bool ResolveDepth(const CompileOptions& options, CompileInput* input, std::vector<std::string>* warnings,
                  Progress& progress) {
  if (!NeedsDepthLook(options.depth)) {
    input->info.depth = DepthOf(options.depth);
    return true;
  }
  const std::optional<DepthLook> look = LookAtDepth(options, *input, progress);
  if (!look) return false;
  ChosenDepth chosen = ChooseDepth(options.depth.kind, *look);
  input->info.depth = chosen.depth;
  *warnings = std::move(chosen.warnings);
  return true;
}

bool ResolveScale(const CompileOptions& options, const std::filesystem::path& statistics, CompileInput* input,
                  Progress& progress) {
  if (!NeedsPixelSums(options)) return true;
  PixelSums sums;
  const std::string photos = options.statistics.empty() ? TrainPhotoStamp(*input) : "";  // before they are read
  if (!options.statistics.empty()) {
    sums = LoadStatistics(options.statistics, input->info);
  } else if (std::filesystem::exists(statistics) && !IsOfOtherPhotos(statistics, photos)) {
    sums = LoadStatistics({statistics}, input->info);
  } else {
    const std::optional<PixelSums> computed = SumTrainPixels(options, *input, progress);
    if (!computed) return false;
    if (computed->empty()) {
      throw Error(options.manifest, "no picture of train could be read");
    }
    sums = *computed;
    PublishFile(statistics, FormatStatistics(sums, {}, photos, input->info), options.sync);
  }
  const auto resolve = [](const Moments& moments, const std::vector<double>& computed,
                          const std::vector<double>& imagenet) {
    if (moments.source == Moments::Source::kValues) return moments.values;
    return moments.source == Moments::Source::kAuto ? computed : imagenet;
  };
  input->info.scale = MakeScale(options.scale, options.dtype, options.channels,
                                resolve(options.mean, sums.Mean(), ImageNetMean(options.channels)),
                                resolve(options.stddev, sums.Std(), ImageNetStd(options.channels)));
  return true;
}

}  // namespace dataset
