#include "dataset/load/loader_options.h"

#include <cassert>
#include <cmath>
#include <string>

#include "dataset/base/error.h"

namespace dataset {
namespace {

constexpr int kMaxBatchSize = 1 << 16;
constexpr int kMaxDepth = 1024;
constexpr int kMaxThreads = 1024;
constexpr int kMaxSegmentEpochs = 1024;
constexpr double kMaxWeight = 1e100;  // so that sums over samples stay finite

void CheckRange(const char* field, int64_t value, int64_t max) {
  if (value < 1 || value > max) {
    throw Error::Usage("`" + std::string(field) + "` is " + std::to_string(value) + "; it must be 1 to " +
                       std::to_string(max));
  }
}

void Require(bool condition, const char* what) {
  if (!condition) throw Error::Usage(what);
}

void CheckWeights(const LoaderOptions& options) {
  if (options.order != Order::kWeighted) {
    Require(options.class_weights.empty() && options.sample_weights.empty(),
            "`class_weights` and `sample_weights` are for `order` weighted");
    return;
  }
  Require(options.class_weights.empty() != options.sample_weights.empty(),
          "`order` weighted needs either `class_weights` or `sample_weights`");
  double sum = 0;
  for (const std::vector<double>* weights : {&options.class_weights, &options.sample_weights}) {
    for (const double weight : *weights) {
      Require(weight >= 0 && weight <= kMaxWeight,
              "`class_weights` and `sample_weights` must be finite, not negative and at most 1e100");
      sum += weight;
    }
  }
  Require(sum > 0, "`class_weights` and `sample_weights` must have a sum above 0");
}

}  // namespace

Cache ResolveCache(Cache asked, Store store) {
  if (asked != Cache::kAuto) return asked;
  return store == Store::kRaw ? Cache::kDecoded : Cache::kEncoded;
}

void Validate(const LoaderOptions& options) {
  Validate(options.augmentation);
  Validate(options.mix);
  CheckRange("batch_size", options.batch_size, kMaxBatchSize);
  CheckRange("threads", options.threads, kMaxThreads);
  CheckRange("depth", options.depth, kMaxDepth);
  CheckRange("segment_epochs", options.segment_epochs, options.order == Order::kSequential ? 1 : kMaxSegmentEpochs);
  CheckRange("ranks", options.ranks, 1 << 16);
  Require(options.rank < options.ranks, "`rank` must be below `ranks`");
  Require(options.steps_per_epoch < uint64_t{1} << 32, "`steps_per_epoch` must be below 2^32");
  Require(options.ranks == 1 || options.steps_per_epoch > 0 || options.last_batch != LastBatch::kKeep,
          "`last_batch` keep is for one rank; several need drop or pad");
  Require(options.memory > 0, "`memory` is 0; it must be at least 1 byte");
  const double fraction = options.max_bad.fraction.value_or(0);
  Require(fraction >= 0 && fraction <= 1, "`max_bad` must be 0 to 1 of the samples");
  CheckWeights(options);
  if (options.format != PixelFormat::kFloat32Nchw) return;
  const size_t channels = static_cast<size_t>(options.augmentation.channels);
  if (options.mean.size() != channels || options.stddev.size() != channels) {
    throw Error::Usage("`mean` and `stddev` must have one value for each of the " + std::to_string(channels) +
                       " channels");
  }
  for (size_t i = 0; i < channels; ++i) {
    Require(std::isfinite(options.mean[i]), "`mean` must be finite");
    Require(std::isfinite(options.stddev[i]) && options.stddev[i] > 0, "`stddev` must be finite and above 0");
  }
}

}  // namespace dataset
