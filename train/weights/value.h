#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "train/weights/tensor_file.h"

namespace train {

// What a pickle of weights is made of. Values point at each other; a Pickle owns them.
struct Value;

struct None {};
// An integer beyond int64: little-endian two's complement.
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
  std::vector<std::pair<const Value*, const Value*>> items;  // in the order of insertion; a key may be there twice

  const Value* Find(std::string_view key) const;  // the last one of that key, as in Python; nullptr if there is none
};
// A reference to numbers that lie outside the pickle.
struct Storage {
  DType dtype;
  std::string_view key;
  uint64_t elements;
};
// A view of a storage, as the pickle says and still unchecked. `offset` and `stride` count elements.
struct Tensor {
  const Storage* storage;
  int64_t offset;
  const Tuple* shape;
  const Tuple* stride;
};
// What an inert global would have made: it has no content.
struct Opaque {};
// One of the few functions and types of Python that are known. An inert one is read over, with all that is done to it.
struct Global {
  enum class Kind { kOrderedDict, kInert, kRebuildTensor, kRebuildParameter, kStorage };
  Kind kind;
  DType dtype = DType::kFloat32;  // of a kStorage
};
// "module.name"; nullptr if it is not known.
const Global* FindGlobal(std::string_view name);

struct Value {
  std::variant<None, bool, int64_t, BigInteger, double, std::string_view, Tuple, List, Dict, Storage, Tensor, Opaque,
               Global>
      data;

  template <typename T>
  const T* As() const {  // nullptr if it is of another type
    return std::get_if<T>(&data);
  }
};

}  // namespace train
