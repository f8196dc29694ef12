#pragma once

#include <cmath>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "dataset/base/random.h"
#include "dataset/load/batch.h"
#include "train/loop/batch_stream.h"

namespace train::testing {

// Grey pictures of `side` pixels in memory whose class is the brightest quarter; order keyed by (seed, epoch).
class MemoryStream {
 public:
  MemoryStream(int samples, int side, int batch_size, bool shuffle, uint8_t contrast = 200)
      : samples_(samples), side_(side), batch_size_(batch_size), shuffle_(shuffle), contrast_(contrast) {}

  BatchStream Stream() {
    return {[this](uint32_t epoch, uint64_t first, InputSize size) {
              sizes_.push_back(size);
              return std::make_unique<Source>(*this, epoch, first);
            },
            static_cast<uint64_t>((samples_ + batch_size_ - 1) / batch_size_)};
  }

  int opened() const { return opened_; }
  const std::vector<InputSize>& sizes() const { return sizes_; }  // that were asked for
  // The slots of these ids are empty.
  void set_empty(const std::set<uint32_t>& ids) { empty_ = ids; }
  // The loss of these batches, by epoch and number, is NaN.
  void set_poisoned(const std::set<std::pair<uint32_t, uint64_t>>& batches) { poisoned_ = batches; }

 private:
  class Source : public dataset::BatchSource {
   public:
    Source(MemoryStream& owner, uint32_t epoch, uint64_t first) : owner_(owner), epoch_(epoch), next_(first) {
      ++owner.opened_;
      for (int i = 0; i < owner.samples_; ++i) order_.push_back(static_cast<uint32_t>(i));
      dataset::Rng rng(5, dataset::Domain::kOrder, epoch, 0);
      if (owner.shuffle_) dataset::Shuffle(std::span(order_), rng);
    }

    dataset::BatchLease Next() override {
      const size_t size = static_cast<size_t>(owner_.batch_size_), start = next_ * size;
      if (start >= order_.size()) return {};
      const bool poisoned = owner_.poisoned_.contains({epoch_, next_++});
      const int valid = static_cast<int>(std::min(size, order_.size() - start));
      auto* batch = new dataset::Batch;
      batch->size = owner_.batch_size_;
      batch->valid = valid;
      batch->height = batch->width = owner_.side_;
      batch->channels = 1;
      const size_t bytes = static_cast<size_t>(owner_.side_ * owner_.side_);
      auto* pixels = new uint8_t[size * bytes]();
      batch->data = pixels;
      batch->labels.resize(size);
      batch->ids.resize(size);
      batch->empty.resize(size);
      for (int i = 0; i < valid; ++i) {
        const uint32_t id = order_[start + static_cast<size_t>(i)];
        const uint32_t label = id % 4;
        dataset::Rng rng(9, dataset::Domain::kAugment, 0, id);
        for (int y = 0; y < owner_.side_; ++y) {
          for (int x = 0; x < owner_.side_; ++x) {
            const bool bright = static_cast<uint32_t>(2 * (2 * y / owner_.side_) + 2 * x / owner_.side_) == label;
            const uint32_t value = rng.Below(56) + (bright ? owner_.contrast_ : 0u);
            pixels[static_cast<size_t>(i) * bytes + static_cast<size_t>(y * owner_.side_ + x)] =
                static_cast<uint8_t>(value);
          }
        }
        batch->labels[static_cast<size_t>(i)] = label;
        batch->ids[static_cast<size_t>(i)] = id;
        batch->empty[static_cast<size_t>(i)] = owner_.empty_.contains(id) ? 1 : 0;
      }
      if (poisoned) batch->targets.assign(size * 4, std::nanf(""));
      return {batch, [](dataset::Batch* done) {
                delete[] static_cast<uint8_t*>(done->data);
                delete done;
              }};
    }

   private:
    MemoryStream& owner_;
    uint32_t epoch_;
    uint64_t next_;
    std::vector<uint32_t> order_;
  };

  int samples_, side_, batch_size_;
  bool shuffle_;
  uint8_t contrast_;
  int opened_ = 0;
  std::vector<InputSize> sizes_;
  std::set<uint32_t> empty_;
  std::set<std::pair<uint32_t, uint64_t>> poisoned_;
};

}  // namespace train::testing
