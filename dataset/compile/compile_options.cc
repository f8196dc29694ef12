#include "dataset/compile/compile_options.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dataset/base/error.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

constexpr uint32_t kMaxSide = 16384;
constexpr uint32_t kMaxShards = 99999;
constexpr uint32_t kMaxWorkers = 99999;
constexpr int kMaxJobs = 1024;

void Require(bool good, const char* cause) {
  if (!good) throw Error::Usage(cause);
}

void ValidateBoxFit(const BoxFit& box_fit) {
  Require(box_fit.width <= kMaxSide && box_fit.height <= kMaxSide, "`resize` must be at most 16384");
  Require((box_fit.width == 0) == (box_fit.height == 0), "`resize` WxH must have both sides above 0");
  Require(box_fit.fit != Fit::kShort || box_fit.width == box_fit.height,
          "`fit` short takes one number, the short side; cover, contain and stretch take a box");
  Require(!box_fit.keeps_size() || box_fit.fit == Fit::kShort, "`fit` cover, contain and stretch need `resize`");
}

void ValidateMoments(const Moments& moments, const CompileOptions& options, const char* wrong) {
  if (moments.source == Moments::Source::kImageNet) return;
  Require(options.store == Store::kNormalized && options.scale == ScaleMode::kStandard,
          "`mean` and `stddev` are for `store` normalized with `scale` standard");
  if (moments.source != Moments::Source::kValues) return;
  const auto finite = [](double value) { return std::isfinite(value) && std::abs(value) <= 1000; };
  Require(
      moments.values.size() == options.channels && std::all_of(moments.values.begin(), moments.values.end(), finite),
      wrong);
}

void ValidateDepth(const DepthChoice& depth) {
  Require(depth.kind != DepthChoice::Kind::kBits || (depth.bits >= 8 && depth.bits <= 16),
          "`depth` must be 8 to 16 bits");
  constexpr double kMost = std::numeric_limits<float>::max();
  Require(depth.kind != DepthChoice::Kind::kRange ||
              (depth.low < depth.high && std::abs(depth.low) <= kMost && std::abs(depth.high) <= kMost),
          "`depth` LOW,HIGH must be two numbers, the first below the second, such as 0,4095");
}

void ValidateScale(const CompileOptions& options) {
  Require(options.scale != ScaleMode::kByte, "`scale` must be unit, signed or standard");
  Require(options.store != Store::kNormalized || options.scale != ScaleMode::kStandard || options.channels != 0,
          "`scale` standard needs `channels` 1 or 3");
  ValidateMoments(options.mean, options, "`mean` must be auto, imagenet or one number a channel, such as 0.5,0.5,0.5");
  ValidateMoments(options.stddev, options,
                  "`stddev` must be auto, imagenet or one number a channel, such as 0.2,0.2,0.2");
  const auto positive = [](double value) { return value >= 1e-6; };
  Require(std::all_of(options.stddev.values.begin(), options.stddev.values.end(), positive),
          "`stddev` must be above 0");
}

void ValidateStore(const CompileOptions& options) {
  const bool compressed = options.store == Store::kCompressed;
  Require(compressed || options.encode == Encode::kKeep, "`encode` is for `store` compressed");
  Require(compressed || options.transcode == Transcode::kKeep, "`transcode` is for `store` compressed");
  Require(options.profile == Profile::kPlain || compressed, "`tfds` needs `store` compressed");
  Require(options.profile == Profile::kPlain || options.keys.empty(), "`tfds` has its own keys; leave out `keys`");
  SampleKeys{options.keys};
}

void ValidateWork(const CompileOptions& options) {
  Require(options.jobs >= 1 && options.jobs <= kMaxJobs, "`jobs` must be 1 to 1024");
  Require(
      options.worker.count >= 1 && options.worker.count <= kMaxWorkers && options.worker.index < options.worker.count,
      "`worker` must be I/N with 1 <= I <= N <= 99999");
  Require(options.work != CompileWork::kShare || options.existing != ExistingOutput::kOverwrite,
          "`overwrite` is for `finish`; a worker replaces nothing");
  Require(options.work != CompileWork::kShare || !NeedsPixelSums(options) || !options.statistics.empty(),
          "a worker needs `statistics` for `mean` or `stddev` auto; `stats_only` computes them");
  Require(options.statistics.empty() || NeedsPixelSums(options), "`statistics` are for `mean` or `stddev` auto");
  Require(options.work != CompileWork::kStatistics || NeedsPixelSums(options),
          "`stats_only` is for `mean` or `stddev` auto");
}

}  // namespace

void Validate(const CompileOptions& options) {
  Require(!options.manifest.empty(), "`manifest` is missing");
  Require(!options.output.empty(), "`output` is missing");
  Require(options.name.empty() || IsDatasetName(options.name), "`name` must be a letter, then letters, digits and _");
  ValidateBoxFit(options.box_fit);
  Require(options.channels == 0 || options.channels == 1 || options.channels == 3, "`channels` must be 0, 1 or 3");
  Require(options.quality >= 1 && options.quality <= 100, "`quality` must be 1 to 100");
  ValidateDepth(options.depth);
  ValidateScale(options);
  Require(!options.shards || (*options.shards >= 1 && *options.shards <= kMaxShards), "`shards` must be 1 to 99999");
  Require(!options.shard_size || *options.shard_size >= 1, "`shard_size` must be at least 1 byte");
  Require(!options.shards || !options.shard_size, "`shards` and `shard_size` exclude each other");
  ValidateStore(options);
  ValidateWork(options);
}

bool NeedsPixelSums(const CompileOptions& options) {
  return options.store == Store::kNormalized && options.scale == ScaleMode::kStandard &&
         (options.mean.source == Moments::Source::kAuto || options.stddev.source == Moments::Source::kAuto);
}

std::string DefaultDatasetName(const std::filesystem::path& folder) {
  std::filesystem::path normal = std::filesystem::absolute(folder).lexically_normal();
  if (!normal.has_filename()) normal = normal.parent_path();
  std::string name = normal.filename().string();
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        return !IsDatasetName(std::string{'a', c});
      },
      '_');
  if (name.empty()) return "dataset";
  return IsDatasetName(name) ? name : "dataset_" + name;
}

}  // namespace dataset
