#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "dataset/sample/sample_id.h"

namespace dataset {

struct Pick {
  SampleId id = 0;
  // Not 0 where a sample may come more than once for an epoch, and then different each time: it must not look the same.
  uint32_t repeat = 0;
  bool operator==(const Pick&) const = default;
};

// The order of one round of a segment: a list, or for draws with replacement a function. Immutable, thread-safe.
class SampleOrder {
 public:
  SampleOrder() = default;
  explicit SampleOrder(std::vector<Pick> picks) : length_(picks.size()), picks_(std::move(picks)) {}
  // `length` draws among `ids` by cumulative weights, one for each of them. Draw i is that of (seed, epoch, first + i).
  SampleOrder(std::vector<SampleId> ids, std::vector<double> cumulative, uint64_t length, uint64_t seed, uint32_t epoch,
              uint32_t first)
      : length_(length),
        ids_(std::move(ids)),
        cumulative_(std::move(cumulative)),
        seed_(seed),
        epoch_(epoch),
        first_(first) {}

  uint64_t size() const { return length_; }
  Pick operator[](uint64_t index) const { return picks_.empty() ? Draw(index) : picks_[index]; }
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
