#pragma once

#include "dataset/base/enum_names.h"

namespace train {

// How the head phase finds the head's values.
enum class HeadSolver {
  kAuto,      // kRidge where it is possible and no scores of another run would be lost, else kGradient
  kRidge,     // in closed form, in one epoch (train/loop/ridge_head.h)
  kGradient,  // by steps of the optimizer
};
constexpr auto EnumNames(HeadSolver) {
  return dataset::NameTable<HeadSolver, 3>{
      {{HeadSolver::kAuto, "auto"}, {HeadSolver::kRidge, "ridge"}, {HeadSolver::kGradient, "gradient"}}};
}

}  // namespace train
