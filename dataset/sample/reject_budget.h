#pragma once

#include <cstdint>
#include <optional>

namespace dataset {

// How many samples may be left out or replaced because they are unreadable. One more is an error. By default there is
// no limit.
struct RejectBudget {
  std::optional<uint64_t> count;   // at most this many
  std::optional<double> fraction;  // and at most this part of all samples, 0 ... 1

  // Whether `rejected` of `samples` samples are within both limits.
  bool Allows(uint64_t rejected, uint64_t samples) const {
    return (!count || rejected <= *count) &&
           (!fraction || static_cast<double>(rejected) <= *fraction * static_cast<double>(samples));
  }
};

}  // namespace dataset
