#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "train/weights/value.h"

namespace train {

// A pickle of plain data and tensors, as torch.save writes it (protocols 2 to 5). It is read without running anything:
// a global is not imported but looked up in a table (value.cc), which holds torch's storage types, functions whose
// effect is built in, and inert ones, whose results become Opaque. Every other global is an Error that names it, and so
// is every opcode that plain data does not need.
//
// Strings are views of `bytes`, which must outlive the Pickle; values live as long as the Pickle. Lists may contain
// themselves. Nothing recurses, so nesting needs no limit; at most 2^20 values and 2^22 opcodes bound the memory.
class Pickle {
 public:
  // Reads one pickle at the start of `bytes`. Throws dataset::Error, which names `file` and the offset, counted from
  // `base`.
  Pickle(std::string_view bytes, const std::string& file, uint64_t base = 0);

  Pickle(Pickle&&) = default;
  Pickle& operator=(Pickle&&) = delete;

  const Value& root() const { return *root_; }
  uint64_t size() const { return size_; }  // bytes of the pickle, including the STOP
  const std::deque<Value>& values() const { return values_; }

 private:
  std::deque<Value> values_;  // a deque, since values point to each other and must not move
  const Value* root_ = nullptr;
  uint64_t size_ = 0;
};

}  // namespace train
