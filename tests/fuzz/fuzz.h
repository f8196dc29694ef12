#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dataset/base/error.h"

// Each target of tests/fuzz defines this; libFuzzer and corpus_main.cc call it. A crash, a failed Check and any
// exception but dataset::Error are findings.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace dataset::fuzz {

inline std::string_view Bytes(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

inline void Check(bool good) {
  if (!good) __builtin_trap();
}

// Whether the bytes were taken. An Error is how they ought to be refused.
template <typename Action>
bool Accepts(const Action& action) {
  try {
    action();
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace dataset::fuzz
