#include "dataset/load/slot_maker.h"

#include <cassert>
#include <new>
#include <string>

#include "dataset/base/error.h"
#include "dataset/base/random.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

// What a thread has for the sample that it makes. Most of it is reused for the next one.
struct Scratch {
  Sample sample;
  std::string single;           // the record of a sample that is not of the segment
  std::vector<uint8_t> pixels;  // of a slot
  Image decoded;
};

class ScratchUse {
 public:
  ScratchUse() { scratch_.sample.filename.clear(); }
  ~ScratchUse() {
    scratch_.sample.content = {};
    scratch_.sample.scattered = nullptr;
    if (scratch_.single.capacity() > SlotMaker::kMaxKept) scratch_.single = std::string();
    if (scratch_.decoded.capacity() > SlotMaker::kMaxKept) scratch_.decoded = Image();
  }
  ScratchUse(const ScratchUse&) = delete;
  ScratchUse& operator=(const ScratchUse&) = delete;
  Scratch* operator->() const { return &scratch_; }

 private:
  static inline thread_local Scratch scratch_;
};

}  // namespace

SlotMaker::SlotMaker(const ShardSet& shards, const DatasetInfo& info, const AugmentationOptions& augmentation,
                     uint64_t seed, const std::vector<float>& mean, const std::vector<float>& stddev,
                     PictureCache* pictures, LoaderCounters& counters)
    : shards_(shards),
      parser_(info),
      scale_(info.scale),
      seed_(seed),
      augmentation_(augmentation),
      pictures_(pictures),
      counters_(counters) {
  for (size_t c = 0; c < mean.size(); ++c) {
    to_floats_.a[c] = 1 / stddev[c];
    to_floats_.b[c] = -mean[c] / stddev[c];
  }
}

void SlotMaker::Make(const Segment& segment, Pick pick, uint32_t epoch, int slot, Batch* batch) const {
  const ScratchUse scratch;
  Sample& sample = scratch->sample;
  LapTimer timer(counters_);
  try {
    parser_.ParseSized(segment.Payload(pick.id, &scratch->single), {}, &sample);
    timer.Lap(LoaderStage::kParse);
    const size_t values = static_cast<size_t>(batch->height) * batch->width * batch->channels;
    if (batch->format == PixelFormat::kUint8Nhwc) {
      Draw(sample, pick, epoch, timer, &scratch->decoded, static_cast<uint8_t*>(batch->data) + slot * values);
    } else {
      scratch->pixels.resize(values);
      Draw(sample, pick, epoch, timer, &scratch->decoded, scratch->pixels.data());
      SpreadToPlanes(scratch->pixels.data(), {batch->width, batch->height}, batch->channels, to_floats_,
                     static_cast<float*>(batch->data) + slot * values);
      timer.Lap(LoaderStage::kCollate);
    }
  } catch (const std::bad_alloc&) {
    throw;  // not the sample's fault
  } catch (const std::exception& error) {
    const std::string name = sample.filename.empty() ? "" : sample.filename + ": ";
    throw Error(shards_.PlaceOf(pick.id), name + error.what());
  }
  batch->labels[slot] = sample.label;
  batch->ids[slot] = pick.id;
}

void SlotMaker::Draw(const Sample& sample, Pick pick, uint32_t epoch, LapTimer& timer, Image* scratch,
                     uint8_t* out) const {
  Rng rng = DrawsOf(pick, epoch);
  const AugmentationPlan plan =
      augmentation_.Plan(static_cast<int>(sample.width), static_cast<int>(sample.height), rng);
  if (pictures_ != nullptr) {
    const Image& picture = Whole(sample, pick.id, scratch);
    timer.Lap(LoaderStage::kDecode);
    augmentation_.ApplyPixels(picture, plan, out);
  } else {
    const Decoded decoded = Decode(sample, augmentation_.DecodingOf(plan), scratch);
    timer.Lap(LoaderStage::kDecode);
    augmentation_.ApplyDecoded(decoded.pixels, decoded.part, plan, out);
  }
  timer.Lap(LoaderStage::kAugment);
}

// As DecodeImage, but from any store.
SlotMaker::Decoded SlotMaker::Decode(const Sample& sample, DecodeOptions options, Image* memory) const {
  if (sample.store == Store::kRaw && sample.layout == "HWC") {  // in the wanted form, so not even copied
    return {{reinterpret_cast<const uint8_t*>(sample.content.data()), static_cast<int>(sample.height),
             static_cast<int>(sample.width), static_cast<int>(sample.channels)},
            options.crop};
  }
  if (sample.store != Store::kCompressed) {
    StoredPixels(sample, scale_, memory);
    return {*memory, options.crop};
  }
  options.size = {static_cast<int>(sample.width), static_cast<int>(sample.height)};
  const FineRect part = DecodeImage(sample.content, options, memory);
  return {*memory, part};
}

const Image& SlotMaker::Whole(const Sample& sample, SampleId id, Image* scratch) const {
  if (const Image* present = pictures_->Find(id); present != nullptr) return *present;
  assert(sample.store != Store::kRaw);
  Image* const claimed = pictures_->Claim(id);
  DecodeOptions whole;
  whole.channels = augmentation_.options().channels;
  try {
    Decode(sample, whole, claimed != nullptr ? claimed : scratch);
  } catch (...) {
    if (claimed != nullptr) pictures_->Abandon(id);
    throw;
  }
  if (claimed == nullptr) return *scratch;
  if (pictures_->Publish(id)) return *claimed;
  *scratch = std::move(*claimed);
  pictures_->Abandon(id);
  return *scratch;
}

Rng SlotMaker::DrawsOf(Pick pick, uint32_t epoch) const {
  uint64_t seed = seed_;
  if (pick.repeat != 0) {
    Rng rng(seed_, Domain::kRepeat, 0, pick.repeat);
    seed = uint64_t{rng.Word()} << 32;
    seed |= rng.Word();
  }
  return Rng(seed, Domain::kAugment, epoch, pick.id);
}

}  // namespace dataset
