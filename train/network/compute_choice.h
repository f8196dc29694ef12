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
  kAuto,  // bf16 where the device multiplies it in hardware
  kFp32,
  kBf16,
};
constexpr auto EnumNames(Precision) {
  return dataset::NameTable<Precision, 3>{
      {{Precision::kAuto, "auto"}, {Precision::kFp32, "fp32"}, {Precision::kBf16, "bf16"}}};
}

}  // namespace train
