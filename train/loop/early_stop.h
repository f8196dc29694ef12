#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "dataset/base/enum_names.h"
#include "train/loop/best_rule.h"

namespace train {

// Why a phase ends before its last epoch.
enum class StopReason {
  kPatience,  // too many epochs without a gain
  kTarget,    // the target is reached; the phases that follow are left out
};
constexpr auto EnumNames(StopReason) {
  return dataset::NameTable<StopReason, 2>{{{StopReason::kPatience, "patience"}, {StopReason::kTarget, "target"}}};
}

struct EarlyStop {
  BestBy by = BestBy::kAccuracy;
  uint32_t epochs = 0;             // so many epochs without a gain end a phase; 0: none do
  double min_delta = 0;            // a smaller gain is none
  std::optional<double> target{};  // an accuracy or F1 of at least it, or a loss of at most it, ends the run
};

// Says whether a phase ends after epochs with these results; nullopt: it goes on.
std::optional<StopReason> FindStop(const EarlyStop& rule, std::span<const ValResult> results);

}  // namespace train
