#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "dataset/sample/sample_id.h"

namespace dataset {

// A sample in an order.
struct Pick {
  SampleId id = 0;
  // Keys the sample's augmentation (proto/FORMAT.md, section 7). If a sample may come several times for one epoch, each
  // time has another number, so that its picture looks different each time. 0 in orders in which each sample comes
  // once.
  uint32_t repeat = 0;
  bool operator==(const Pick&) const = default;
};

// The order of the samples in one round of a segment: a list, or a function for draws with replacement. Immutable,
// thread-safe.
class SampleOrder {
 public:
  SampleOrder() = default;
  explicit SampleOrder(std::vector<Pick> picks) : length_(picks.size()), picks_(std::move(picks)) {}
  // `length` draws with replacement among `ids`; `cumulative` has one cumulative weight for each id. Draw i is keyed by
  // (seed, epoch, first + i).
  SampleOrder(std::vector<SampleId> ids, std::vector<double> cumulative, uint64_t length, uint64_t seed, uint32_t epoch,
              uint32_t first)
      : length_(length),
        ids_(std::move(ids)),
        cumulative_(std::move(cumulative)),
        seed_(seed),
        epoch_(epoch),
        first_(first) {}

  uint64_t size() const { return length_; }
  // `index` must be below size().
  Pick operator[](uint64_t index) const { return picks_.empty() ? Draw(index) : picks_[index]; }
  // Memory of its tables.
  uint64_t bytes() const;

 private:
  Pick Draw(uint64_t index) const;

  uint64_t length_ = 0;
  std::vector<Pick> picks_;
  std::vector<SampleId> ids_;
  std::vector<double> cumulative_;
  uint64_t seed_ = 0;
  uint32_t epoch_ = 0;
  uint32_t first_ = 0;
};

}  // namespace dataset
