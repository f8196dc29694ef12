#pragma once

#include "dataset/base/enum_names.h"

namespace train {

// What the user asks for, without libtorch. kAuto is settled by ResolveCompute.
enum class DeviceKind {
  kAuto,  // a GPU if libtorch sees one
  kCpu,
  kCuda,
};
constexpr auto EnumNames(DeviceKind) {
  return dataset::NameTable<DeviceKind, 3>{
      {{DeviceKind::kAuto, "auto"}, {DeviceKind::kCpu, "cpu"}, {DeviceKind::kCuda, "cuda"}}};
}

enum class Precision {
  kAuto,  // bf16 where the device multiplies it in hardware; on another GPU fp16
  kFp32,
  kBf16,
  kFp16,  // on a GPU, with a scaled loss
};
constexpr auto EnumNames(Precision) {
  return dataset::NameTable<Precision, 4>{
      {{Precision::kAuto, "auto"}, {Precision::kFp32, "fp32"}, {Precision::kBf16, "bf16"}, {Precision::kFp16, "fp16"}}};
}

// Whether the same training gives the same bytes again on a GPU; on a processor it always does.
enum class Deterministic {
  kNo,   // the algorithms that a measurement shows to be the fastest ones
  kYes,  // those whose sums have a fixed order
};
constexpr auto EnumNames(Deterministic) {
  return dataset::NameTable<Deterministic, 2>{{{Deterministic::kNo, "no"}, {Deterministic::kYes, "yes"}}};
}

}  // namespace train
