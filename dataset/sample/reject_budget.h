#pragma once

#include <cstdint>
#include <optional>

namespace dataset {

// How many samples may be left out as unreadable, or replaced, before that is an error. By default any number.
struct RejectBudget {
  std::optional<uint64_t> count;
  std::optional<double> fraction;  // 0 ... 1, of all samples

  bool Allows(uint64_t rejected, uint64_t samples) const {
    return (!count || rejected <= *count) &&
           (!fraction || static_cast<double>(rejected) <= *fraction * static_cast<double>(samples));
  }
};

}  // namespace dataset
