#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "train/weights/value.h"

namespace train {

// A pickle of plain data and tensors, as torch.save writes it (protocols 2 to 5), taken apart without running anything:
// a global is not a name to be imported but a row in a table of torch's storage types, four functions whose effect is
// built in, and those that are read over (see value.cc): what they would make is Opaque. Any other is refused by its
// name, wherever it appears, and so is every opcode that plain data does not need.
//
// Strings are views of `bytes`, values live as long as the Pickle. Lists may contain themselves. Nothing recurses, so
// the depth of nesting needs no limit; at most 2^20 values and 2^22 opcodes bound the memory.
class Pickle {
 public:
  // Interprets one pickle at the start of `bytes`; throws dataset::Error with `file` and the offset from `base`.
  Pickle(std::string_view bytes, const std::string& file, uint64_t base = 0);

  Pickle(Pickle&&) = default;
  Pickle& operator=(Pickle&&) = delete;

  const Value& root() const { return *root_; }
  uint64_t size() const { return size_; }  // bytes, up to and with the STOP
  const std::deque<Value>& values() const { return values_; }

 private:
  std::deque<Value> values_;  // a deque, since values point at each other
  const Value* root_ = nullptr;
  uint64_t size_ = 0;
};

}  // namespace train
