#include "dataset/load/loader.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "dataset/base/error.h"
#include "dataset/load/batch_pool.h"
#include "dataset/load/picture_cache.h"
#include "dataset/load/prefetcher.h"
#include "dataset/load/record_cache.h"
#include "dataset/load/round_walk.h"
#include "dataset/load/slot_maker.h"
#include "dataset/read/sample_peek.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

constexpr uint64_t kMaxBlockBytes = uint64_t{8} << 20;
constexpr uint64_t kBlocksPerSegment = 128;  // at least, so that a small segment mixes distant records too
constexpr uint64_t kBlockTableBytes = 128;   // of each block, in the sampler and in segments

uint64_t Less(uint64_t from, uint64_t what) { return from > what ? from - what : 0; }

Batch ShapeOf(const LoaderOptions& options) {
  Batch shape;
  shape.format = options.format;
  shape.size = options.batch_size;
  shape.height = options.augmentation.image_size;
  shape.width = options.augmentation.image_size;
  shape.channels = options.augmentation.channels;
  return shape;
}

const LoaderOptions& Checked(const LoaderOptions& options) {
  Validate(options);
  return options;
}

// Turns the memory budget into blocks and segments (proto/FORMAT.md, section 7).
Sampler MakeSampler(const ShardSet& shards, const DatasetInfo& info, const LoaderOptions& options) {
  const uint64_t samples = shards.size();
  if (!options.class_weights.empty() && options.class_weights.size() != info.classes.size()) {
    throw Error::Usage("`class_weights` has " + std::to_string(options.class_weights.size()) + " weights for " +
                       std::to_string(info.classes.size()) + " classes");
  }
  if (!options.sample_weights.empty() && options.sample_weights.size() != samples) {
    throw Error::Usage("`sample_weights` has " + std::to_string(options.sample_weights.size()) + " weights for " +
                       std::to_string(samples) + " samples");
  }
  SamplerOptions sampler;
  sampler.order = options.order;
  sampler.seed = options.seed;
  sampler.segment_epochs = static_cast<uint32_t>(options.segment_epochs);
  sampler.batch_size = static_cast<uint32_t>(options.batch_size);
  sampler.batches_span_epochs = options.steps_per_epoch > 0;
  sampler.class_weights = options.class_weights;
  sampler.sample_weights = options.sample_weights;
  uint64_t tables = samples * sizeof(uint64_t) + sampler.sample_weights.size() * sizeof(double);
  if (options.order == Order::kBalanced || options.order == Order::kStratified || !sampler.class_weights.empty()) {
    sampler.labels = LabelsOf(shards, info, options.split, options.threads);
    tables += samples * sizeof(uint32_t);
  }
  if (!sampler.class_weights.empty()) {
    const bool any = std::any_of(sampler.labels.begin(), sampler.labels.end(),
                                 [&](uint32_t label) { return sampler.class_weights[label] > 0; });
    if (!any) throw Error::Usage("`class_weights` must be above 0 for a class that has samples");
  }
  const uint64_t block_bytes = std::min(kMaxBlockBytes, Less(options.memory, tables) / 2 / kBlocksPerSegment);
  const std::vector<SampleId>* const part = info.Find(options.split)->part.get();
  std::vector<Block> blocks = MakeBlocks(shards, block_bytes, part);
  const uint64_t room = Less(options.memory, tables + kBlockTableBytes * blocks.size());
  uint64_t all = shards.bytes() + Sampler::kSampleBytes * samples;
  if (part != nullptr) {
    all = Sampler::kSampleBytes * part->size();
    for (const Block& block : blocks) all += block.bytes;
  }
  sampler.segment_bytes = all <= room ? all : room / 2;
  return Sampler(std::move(blocks), std::move(sampler));
}

// Returns the bytes that decoded pictures may take. Throws Error::Usage if they do not fit the budget by the sizes that
// the records tell.
uint64_t RoomForPictures(const ShardSet& shards, const DatasetInfo& info, const LoaderOptions& options,
                         const Sampler& sampler) {
  const uint64_t samples = shards.size();
  std::optional<uint64_t> pixels = uint64_t{info.width} * info.height * sampler.samples();
  if (info.width == 0) pixels = PeekPixels(shards, info.keys, options.threads);
  if (!pixels)
    throw Error::Usage("`cache` decoded: not all records tell the size of their picture; use `cache` encoded");
  const uint64_t channels = std::max<uint64_t>(info.channels, static_cast<uint64_t>(options.augmentation.channels));
  const uint64_t others = shards.table_bytes() + sampler.table_bytes() + kBlockTableBytes * sampler.blocks().size() +
                          shards.bytes() + (Sampler::kSampleBytes + PictureCache::kSampleBytes) * samples;
  const uint64_t needed = others + *pixels * channels;
  if (sampler.whole() && needed <= options.memory) return options.memory - others;
  throw Error::Usage("`cache` decoded: records and decoded pictures need " + std::to_string(needed) +
                     " bytes, but `memory` is " + std::to_string(options.memory));
}

}  // namespace

struct Loader::Impl {
  Impl(const DatasetInfo& info, const LoaderOptions& asked)
      : options(Checked(asked)),
        resolved(ResolveCache(options.cache, info.store)),
        shards(options.folder, info, options.split),
        sampler(MakeSampler(shards, info, options)),
        cache(shards, sampler.blocks(), counters),
        bad(options.max_bad, sampler.samples()),
        pictures(MakePictures(info)),
        mixer(options.mix),
        classes(static_cast<uint32_t>(info.classes.size())),
        maker(shards, info, options.augmentation, options.seed, FloatsOf(options.mean), FloatsOf(options.stddev),
              pictures.get(), counters),
        pool(std::make_shared<BatchPool>(ShapeOf(options), static_cast<size_t>(options.depth) + 2, options.allocator)) {
    options.class_weights = std::vector<double>();
    options.sample_weights = std::vector<double>();
    counters.Hold(shards.table_bytes() + sampler.table_bytes());
  }

  std::unique_ptr<PictureCache> MakePictures(const DatasetInfo& info) {
    if (resolved != Cache::kDecoded || info.store == Store::kRaw) return nullptr;
    return std::make_unique<PictureCache>(shards.size(), RoomForPictures(shards, info, options, sampler), counters);
  }

  std::vector<float> FloatsOf(const std::vector<float>& values) const {
    return options.format == PixelFormat::kFloat32Nchw ? values : std::vector<float>();
  }

  uint64_t step() const { return static_cast<uint64_t>(options.batch_size) * options.ranks; }  // samples of all ranks

  uint64_t batches() const {
    if (options.steps_per_epoch > 0) return options.steps_per_epoch;
    const uint64_t left_over = options.last_batch == LastBatch::kDrop ? 0 : step() - 1;
    return (sampler.samples() + left_over) / step();
  }

  uint64_t BeginOf(uint64_t epoch) const {
    return epoch * (options.steps_per_epoch > 0 ? options.steps_per_epoch * step() : sampler.samples());
  }

  LoaderOptions options;
  const Cache resolved;
  LoaderCounters counters;
  const ShardSet shards;
  const Sampler sampler;
  RecordCache cache;
  BadSamples bad;
  const std::unique_ptr<PictureCache> pictures;
  const BatchMixer mixer;
  const uint32_t classes;
  const SlotMaker maker;
  const std::shared_ptr<BatchPool> pool;
};

Loader::Loader(const DatasetInfo& info, const LoaderOptions& options) : impl_(std::make_unique<Impl>(info, options)) {}

Loader::~Loader() = default;

std::unique_ptr<BatchSource> Loader::Epoch(uint32_t epoch, uint64_t first_batch) {
  const bool endless = impl_->options.steps_per_epoch > 0;
  EpochShare share;
  share.begin = impl_->BeginOf(epoch);
  share.samples = endless ? std::numeric_limits<uint64_t>::max() : samples();
  share.rank = impl_->options.rank;
  share.ranks = impl_->options.ranks;
  share.batch_size = static_cast<uint64_t>(impl_->options.batch_size);
  share.end = batches_per_epoch();
  share.next_begin = impl_->BeginOf(uint64_t{epoch} + 1);
  PrefetchOptions options;
  options.epoch = epoch;
  options.share = share;
  options.pad = !endless && impl_->options.last_batch == LastBatch::kPad;
  options.first = std::min(first_batch, share.end);
  options.threads = impl_->options.threads;
  options.bad_slot = impl_->options.bad_slot;
  FillSlot fill = [impl = impl_.get()](const Segment& segment, Pick pick, uint32_t counts_for, int slot, Batch* batch) {
    try {
      impl->maker.Make(segment, pick, counts_for, slot, batch);
    } catch (const Error& error) {
      if (impl->bad.Allows(1) || impl->options.bad_cure.empty()) throw;
      throw Error(error.what() + impl->options.bad_cure);
    }
  };
  FinishBatch finish;
  if (impl_->options.mix.mixes()) {
    finish = [impl = impl_.get(), mixes = epoch < impl_->options.mix_epochs](Batch* batch) {
      if (!mixes) return batch->targets.clear();  // of an earlier batch in the same buffer
      LapTimer timer(impl->counters);
      impl->mixer.Mix(impl->options.seed, impl->classes, batch);
      timer.Lap(LoaderStage::kAugment);
    };
  }
  return std::make_unique<Prefetcher>(Prefetcher::Parts{impl_->sampler, impl_->cache, impl_->bad, impl_->counters},
                                      impl_->pool, std::move(fill), std::move(finish), options);
}

std::vector<SampleId> Loader::OrderOf(uint32_t epoch) const {
  const Sampler& sampler = impl_->sampler;
  const uint64_t steps = batches_per_epoch() * impl_->step();
  const uint64_t length = impl_->options.steps_per_epoch > 0 ? steps : std::min(steps, samples());
  const uint64_t begin = impl_->BeginOf(epoch), end = begin + length;
  std::vector<SampleId> ids;
  ids.reserve(length);
  RoundWalk walk(sampler);
  for (uint64_t position = begin; position < end;) {
    walk.GoTo(position);
    const SampleOrder order = walk.Order();
    const uint64_t first = walk.round().begin;
    for (; position < std::min(walk.round().end, end); ++position) ids.push_back(order[position - first].id);
  }
  return ids;
}

uint64_t Loader::samples() const { return impl_->sampler.samples(); }
uint64_t Loader::batches_per_epoch() const { return impl_->batches(); }
Cache Loader::cache() const { return impl_->resolved; }
bool Loader::in_memory() const { return impl_->sampler.whole(); }

LoaderStats Loader::stats() const {
  LoaderStats stats = impl_->counters.Read();
  stats.bad_samples = impl_->bad.count();
  return stats;
}

std::vector<BadSample> Loader::bad_samples() const { return impl_->bad.reported(); }

}  // namespace dataset
