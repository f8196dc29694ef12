#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/optim/schedule_kind.h"

namespace train {

// What shapes a schedule beside its peak and its warm-up. Each kind uses some of it; what is absent has the default of
// the kind.
struct ScheduleOptions {
  // What the rate is multiplied by: kStep and kExponential every `epochs` epochs, 0.1; kPlateau at each cut, sqrt(0.1).
  std::optional<double> factor{};
  // kStep, kExponential: a third of the phase's epochs, rounded up. kPlateau: how many epochs without a gain bring a
  // cut, PlateauEpochs.
  std::optional<int> epochs{};
  std::optional<double> power{};  // kPolynomial: 2
  std::optional<double> decay{};  // kInverseTime, for each step: so that the phase ends at a tenth of its peak
  std::optional<double>
      end{};  // part of the peak. kLinear, kPolynomial, kCosine: the last, 0; kPlateau: the least, 0.1
  // kList: epochs of the phase, from 1, in rising order, and the part of the peak from then on; before the first: 1.
  std::vector<std::pair<uint32_t, double>> list{};
};

// The names of what the kind uses, as messages spell them, such as "schedule_factor".
std::vector<std::string_view> OptionsUsedBy(ScheduleKind kind);
// The names of the options that are given.
std::vector<std::string_view> OptionsGiven(const ScheduleOptions& options);
// The kinds that use the option of that name.
std::vector<ScheduleKind> KindsThatUse(std::string_view option);

}  // namespace train
