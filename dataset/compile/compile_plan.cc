#include "dataset/compile/compile_plan.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/fingerprint.h"
#include "dataset/catalog/split_info.h"
#include "dataset/compile/deciding_options.h"
#include "dataset/compile/placement.h"
#include "dataset/compile/sample_encoder.h"
#include "dataset/compile/tfds_profile.h"
#include "dataset/io/file.h"
#include "dataset/record/shard_index.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

void ChooseFold(uint32_t fold, const fs::path& file, Manifest* manifest) {
  bool found = false;
  for (ManifestEntry& entry : manifest->entries) {
    if (!entry.fold) continue;
    found |= *entry.fold == fold;
    entry.split = *entry.fold == fold ? Split::kVal : Split::kTrain;
    if (entry.split == Split::kVal) entry.repeat = 1;
  }
  if (!found) {
    throw Error(file, "has no fold " + std::to_string(fold) + "; dsplit's option kfold makes folds");
  }
}

DatasetInfo Describe(const CompileOptions& options, const Manifest& manifest, std::string manifest_sha256,
                     const fs::path& root) {
  DatasetInfo info;
  info.tool_version = options.tool_version;
  info.name = options.name.empty() ? DefaultDatasetName(fs::weakly_canonical(root)) : options.name;
  info.classes = manifest.classes;
  info.store = options.store;
  info.channels = options.channels;
  const BoxFit& box_fit = options.box_fit;
  if (box_fit.fit == Fit::kShort) info.resize = box_fit.width;
  if (box_fit.fixed_size()) {
    info.width = box_fit.width;
    info.height = box_fit.height;
  }
  if (options.store == Store::kCompressed) info.quality = options.quality;
  if (options.store == Store::kNormalized && !NeedsPixelSums(options)) {
    const auto resolve = [&](const Moments& moments, const std::vector<double>& imagenet) {
      return moments.source == Moments::Source::kValues ? moments.values : imagenet;
    };
    info.scale =
        MakeScale(options.scale, options.dtype, options.channels, resolve(options.mean, ImageNetMean(options.channels)),
                  resolve(options.stddev, ImageNetStd(options.channels)));
  }
  info.keys = options.profile == Profile::kTfds ? TfdsKeys() : SampleKeys(options.keys);
  info.compression = options.compression;
  info.seed = options.seed;
  info.root = Printable(fs::weakly_canonical(root).string());
  info.manifest_sha256 = std::move(manifest_sha256);
  CompileOptions named = options;
  named.name = info.name;
  info.options = DecidingOptions(named);
  info.fingerprint = Fingerprint(info);
  return info;
}

uint64_t EstimateBytes(const CompileOptions& options, const CompileInput& input, const std::vector<uint32_t>& order,
                       Progress& progress) {
  tbb::enumerable_thread_specific<SampleEncoder> encoders(
      [&] { return SampleEncoder(options, input.root, input.info); });
  std::vector<uint64_t> bytes(order.size());
  tbb::parallel_for(tbb::blocked_range<size_t>(0, order.size(), 64), [&](const auto& range) {
    for (size_t i = range.begin(); i != range.end(); ++i) {
      bytes[i] = encoders.local().EstimateBytes(input.manifest.entries[order[i]]);
    }
    progress.Advance(range.size());
  });
  return std::accumulate(bytes.begin(), bytes.end(), uint64_t{0});
}

uint32_t CountShards(const CompileOptions& options, const CompileInput& input, const std::vector<uint32_t>& order,
                     Progress& progress) {
  const uint32_t n = static_cast<uint32_t>(order.size());
  if (options.shards) return std::min(n, *options.shards);
  const uint64_t payload = EstimateBytes(options, input, order, progress);
  return options.shard_size ? ShardCountBySize(payload, n, *options.shard_size) : DefaultShardCount(payload, n);
}

std::vector<PlannedShard> Plan(const CompileOptions& options, const CompileInput& input,
                               const std::function<uint32_t(Split, const std::vector<uint32_t>& order)>& count) {
  std::vector<PlannedShard> planned;
  std::vector<bool> had_turn(input.manifest.entries.size());
  for (const Split split : kSplits) {
    const std::vector<uint32_t> order = PlaceSamples(input.manifest, split, options.seed);
    if (order.empty()) continue;
    const uint32_t n = static_cast<uint32_t>(order.size()), shards = count(split, order);
    for (uint32_t i = 0; i < shards; ++i) {
      PlannedShard& shard = planned.emplace_back();
      shard.split = split;
      shard.name = ShardName(input.info.name, NameOf(split), i, shards);
      const auto [first, last] = ShardRange(n, i, shards);
      shard.samples.reserve(last - first);
      for (uint32_t place = first; place < last; ++place) {
        shard.samples.push_back({order[place], had_turn[order[place]]});
        had_turn[order[place]] = true;
      }
    }
  }
  return planned;
}

}  // namespace

CompileInput LoadInput(const CompileOptions& options) {
  CompileInput input;
  std::string sha256;
  input.manifest = LoadManifest(options.manifest, &sha256);
  if (input.manifest.entries.empty()) throw Error(options.manifest, "lists no files");
  if (options.fold) ChooseFold(*options.fold, options.manifest, &input.manifest);
  input.root = options.root ? *options.root : LoadSplitRoot(options.manifest.parent_path());
  if (!fs::is_directory(input.root)) {
    throw Error(input.root, "is not a folder; name the folder of the photos with `root`");
  }
  if (IsInside(options.manifest, options.output) || IsInside(input.root, options.output)) {
    throw Error::Usage("the output folder " + options.output.string() +
                       " holds the manifest or the photos; choose another folder");
  }
  input.info = Describe(options, input.manifest, std::move(sha256), input.root);
  return input;
}

std::vector<PlannedShard> PlanShards(const CompileOptions& options, const CompileInput& input, Progress& progress) {
  if (!options.shards) progress.Start("reading headers", input.manifest.entries.size());
  std::vector<PlannedShard> planned = Plan(options, input, [&](Split, const std::vector<uint32_t>& order) {
    return CountShards(options, input, order, progress);
  });
  if (!options.shards) progress.Finish();
  return planned;
}

std::vector<PlannedShard> PlanShards(const CompileOptions& options, const CompileInput& input,
                                     const DatasetInfo& planned) {
  return Plan(options, input, [&](Split split, const std::vector<uint32_t>& order) {
    const DatasetSplit* const described = planned.Find(split);
    const uint32_t shards = described == nullptr ? 0 : static_cast<uint32_t>(described->shards.size());
    return std::clamp(shards, 1u, static_cast<uint32_t>(order.size()));
  });
}

void DescribeShards(const std::vector<PlannedShard>& shards, DatasetInfo* info) {
  info->splits.clear();
  for (const PlannedShard& shard : shards) {
    if (info->splits.empty() || info->splits.back().split != shard.split) {
      DatasetSplit& split = info->splits.emplace_back();
      split.split = shard.split;
      split.records_per_class.resize(info->classes.size());
    }
    info->splits.back().shards.push_back({shard.name, 0, 0, 0});
  }
}

}  // namespace dataset
