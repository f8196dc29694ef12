#pragma once

#include "dataset/base/enum_names.h"

namespace train {

enum class ScheduleKind {
  kConstant,
  kLinear,
  kStep,
  kExponential,
  kInverseTime,
  kPolynomial,
  kCosine,
  kOneCycle,
  kList,
  kPlateau,
};
constexpr auto EnumNames(ScheduleKind) {
  return dataset::NameTable<ScheduleKind, 10>{{{ScheduleKind::kConstant, "constant"},
                                               {ScheduleKind::kLinear, "linear"},
                                               {ScheduleKind::kStep, "step"},
                                               {ScheduleKind::kExponential, "exponential"},
                                               {ScheduleKind::kInverseTime, "inverse-time"},
                                               {ScheduleKind::kPolynomial, "polynomial"},
                                               {ScheduleKind::kCosine, "cosine"},
                                               {ScheduleKind::kOneCycle, "one-cycle"},
                                               {ScheduleKind::kList, "list"},
                                               {ScheduleKind::kPlateau, "plateau"}}};
}

}  // namespace train
