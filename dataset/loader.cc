#include "dataset/loader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "dataset/batch_pool.h"
#include "dataset/decoder.h"
#include "dataset/error.h"
#include "dataset/prefetcher.h"
#include "dataset/random.h"
#include "dataset/record_cache.h"
#include "dataset/record_reader.h"
#include "dataset/sample.h"
#include "dataset/sample_parser.h"
#include "dataset/shard_set.h"

namespace dataset {

namespace {

constexpr uint64_t kMaxBlockBytes = uint64_t{8} << 20;
constexpr uint64_t kBlocksPerSegment = 16;  // at least, so that also a small segment mixes distant records
constexpr int kMaxBatchSize = 1 << 16;
constexpr int kMaxDepth = 1024;
constexpr int kMaxThreads = 1024;

void CheckRange(const char* field, int value, int max) {
  if (value < 1 || value > max) {
    throw Error::Usage(std::string(field) + " is " + std::to_string(value) + "; it must be 1 to " +
                       std::to_string(max));
  }
}

// What a budget means for one split.
uint64_t SegmentBytes(const ShardSet& shards, uint64_t memory) {
  return shards.bytes() <= memory ? shards.bytes() : memory / 2;
}

uint64_t BlockBytes(uint64_t segment_bytes) { return std::min(kMaxBlockBytes, segment_bytes / kBlocksPerSegment); }

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

// Turns records into slots of a batch. Pure, thread-safe.
class SlotMaker {
 public:
  SlotMaker(const ShardSet& shards, const DatasetInfo& info, const LoaderOptions& options)
      : shards_(shards), parser_(info), scale_(info.scale), seed_(options.seed), augmentation_(options.augmentation) {
    if (options.format != PixelFormat::kFloat32Nchw) return;
    tables_.resize(options.mean.size());
    for (size_t channel = 0; channel < tables_.size(); ++channel) {
      for (int byte = 0; byte < 256; ++byte) {
        tables_[channel][byte] = (static_cast<float>(byte) - options.mean[channel]) / options.std[channel];
      }
    }
  }

  void Make(std::string_view record, SampleId id, uint32_t epoch, int slot, Batch* batch) const {
    const Place place = shards_.PlaceOf(id);
    thread_local Sample sample;
    parser_.ParseSized(ParseRecord(record, place), place, &sample);
    try {
      const size_t values = static_cast<size_t>(batch->height) * batch->width * batch->channels;
      if (batch->format == PixelFormat::kUint8Nhwc) {
        Draw(sample, id, epoch, static_cast<uint8_t*>(batch->data) + slot * values);
      } else {
        thread_local std::vector<uint8_t> pixels;
        pixels.resize(values);
        Draw(sample, id, epoch, pixels.data());
        ToPlanes(pixels, static_cast<float*>(batch->data) + slot * values);
      }
    } catch (const std::exception& error) {
      throw Error(place, (sample.filename.empty() ? "" : sample.filename + ": ") + error.what());
    }
    batch->labels[slot] = sample.label;
    batch->ids[slot] = id;
  }

 private:
  void Draw(const Sample& sample, SampleId id, uint32_t epoch, uint8_t* out) const {
    thread_local Image picture;
    const int width = static_cast<int>(sample.width), height = static_cast<int>(sample.height);
    Rng rng(seed_, Domain::kAugment, epoch, id);
    const AugmentationPlan plan = augmentation_.Plan(width, height, rng);
    if (sample.store != Store::kCompressed) {
      StoredPixels(sample, scale_, &picture);
      augmentation_.ApplyPixels(picture, plan, out);
      return;
    }
    const ImageHeader header = ReadImageHeader(sample.content);
    if (header.upright_width() != width || header.upright_height() != height) {
      throw Error("the picture is " + std::to_string(header.upright_width()) + " x " +
                  std::to_string(header.upright_height()) + " pixels, but its record says " + std::to_string(width) +
                  " x " + std::to_string(height));
    }
    augmentation_.ApplyEncoded(sample.content, plan, &picture, out);
  }

  void ToPlanes(const std::vector<uint8_t>& pixels, float* out) const {
    const size_t channels = tables_.size();
    const size_t plane = pixels.size() / channels;
    for (size_t channel = 0; channel < channels; ++channel) {
      const std::array<float, 256>& table = tables_[channel];
      for (size_t i = 0; i < plane; ++i) out[channel * plane + i] = table[pixels[i * channels + channel]];
    }
  }

  const ShardSet& shards_;
  const SampleParser parser_;
  const Scale scale_;
  const uint64_t seed_;
  const Augmentation augmentation_;
  std::vector<std::array<float, 256>> tables_;  // byte -> value, per channel
};

}  // namespace

void Validate(const LoaderOptions& options) {
  Validate(options.augmentation);
  CheckRange("batch_size", options.batch_size, kMaxBatchSize);
  CheckRange("threads", options.threads, kMaxThreads);
  CheckRange("depth", options.depth, kMaxDepth);
  if (options.memory == 0) throw Error::Usage("memory is 0; it must be at least 1 byte");
  if (options.format != PixelFormat::kFloat32Nchw) return;
  const size_t channels = static_cast<size_t>(options.augmentation.channels);
  if (options.mean.size() != channels || options.std.size() != channels) {
    throw Error::Usage("mean and std must have one value for each of the " + std::to_string(channels) + " channels");
  }
  for (size_t i = 0; i < channels; ++i) {
    if (!std::isfinite(options.mean[i])) throw Error::Usage("mean must be finite");
    if (!std::isfinite(options.std[i]) || options.std[i] <= 0) throw Error::Usage("std must be finite and positive");
  }
}

struct Loader::Impl {
  Impl(const DatasetInfo& info, const LoaderOptions& asked)
      : options(Checked(asked)),
        shards(options.folder, info, options.split),
        sampler(MakeBlocks(shards, BlockBytes(SegmentBytes(shards, options.memory))),
                SegmentBytes(shards, options.memory), options.order, options.seed),
        cache(shards, sampler.blocks()),
        maker(shards, info, options),
        pool(std::make_shared<BatchPool>(ShapeOf(options), static_cast<size_t>(options.depth) + 2, options.allocator)) {
  }

  uint64_t batches() const {
    const uint64_t size = static_cast<uint64_t>(options.batch_size);
    return options.last_batch == LastBatch::kDrop ? sampler.samples() / size : (sampler.samples() + size - 1) / size;
  }

  const LoaderOptions options;
  const ShardSet shards;
  const Sampler sampler;
  RecordCache cache;
  const SlotMaker maker;
  const std::shared_ptr<BatchPool> pool;
};

Loader::Loader(const DatasetInfo& info, const LoaderOptions& options) : impl_(std::make_unique<Impl>(info, options)) {}

Loader::~Loader() = default;

std::unique_ptr<BatchSource> Loader::Epoch(uint32_t epoch, uint64_t first_batch) {
  const uint64_t size = static_cast<uint64_t>(impl_->options.batch_size);
  const uint64_t batches = impl_->batches();
  PrefetchOptions options;
  options.epoch = epoch;
  options.first = std::min(first_batch, batches) * size;
  options.end = std::min(batches * size, samples());
  options.threads = impl_->options.threads;
  FillSlot fill = [maker = &impl_->maker, epoch](std::string_view record, SampleId id, int slot, Batch* batch) {
    maker->Make(record, id, epoch, slot, batch);
  };
  return std::make_unique<Prefetcher>(impl_->sampler, impl_->cache, impl_->pool, std::move(fill), options);
}

uint64_t Loader::samples() const { return impl_->sampler.samples(); }
uint64_t Loader::batches_per_epoch() const { return impl_->batches(); }

}  // namespace dataset
