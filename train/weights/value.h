#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "train/weights/tensor_file.h"

namespace train {

// The values that a pickle of weights is made of. They point to each other and belong to a Pickle.
struct Value;

struct None {};
// An integer beyond int64, as little-endian two's complement.
struct BigInteger {
  std::string_view bytes;
};
struct Tuple {
  std::vector<const Value*> items;
};
struct List {
  std::vector<const Value*> items;
};
struct Dict {
  std::vector<std::pair<const Value*, const Value*>> items;  // in the order of insertion; a key may occur twice

  const Value* Find(std::string_view key) const;  // the last value of the key, as in Python; nullptr if there is none
};
// A reference to numbers outside the pickle.
struct Storage {
  DType dtype;
  std::string_view key;
  uint64_t elements;
};
// A view of a storage, as the pickle states it; nothing has been checked. `offset` and `stride` count elements.
struct Tensor {
  const Storage* storage;
  int64_t offset;
  const Tuple* shape;
  const Tuple* stride;
};
// Stands for an object that an inert global would have made. It has no content.
struct Opaque {};
// One of the Python functions and types that a pickle of weights may name. An inert one has no effect, nor has anything
// that is done to its result.
struct Global {
  enum class Kind { kOrderedDict, kInert, kRebuildTensor, kRebuildParameter, kStorage };
  Kind kind;
  DType dtype = DType::kFloat32;  // only for kStorage
};
// Looks up "module.name"; nullptr if it is not in the table.
const Global* FindGlobal(std::string_view name);

struct Value {
  std::variant<None, bool, int64_t, BigInteger, double, std::string_view, Tuple, List, Dict, Storage, Tensor, Opaque,
               Global>
      data;

  template <typename T>
  const T* As() const {  // nullptr if the value has another type
    return std::get_if<T>(&data);
  }
};

}  // namespace train
