#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dataset/base/error.h"

namespace dataset {

// One feature of an Example as it lies in its bytes.
struct FeatureEntry {
  std::string_view key;
  std::string_view bytes;
};

// The features of an Example one after the other, without copying or allocating anything. Of equal keys the last
// counts. Not thread-safe; the bytes and the place outlive it.
class ExampleReader {
 public:
  ExampleReader(std::string_view bytes, const Place& place) : example_(bytes), place_(place) {}
  // False at the end. Throws Error for bytes that are not an Example's; a feature's own bytes are not looked at.
  bool Next(FeatureEntry* entry);

 private:
  std::string_view example_;   // what follows
  std::string_view features_;  // of the part of it that is being read
  const Place& place_;
};

// What one feature holds, without a copy of it.
struct FeatureValues {
  enum class Kind { kNone, kBytes, kFloats, kIntegers };
  static constexpr size_t kIntegersKept = 3;

  Kind kind = Kind::kNone;
  size_t count = 0;
  std::string_view bytes;                            // the last byte string
  std::array<int64_t, kIntegersKept> integers = {};  // the first ones
  std::string_view floats;                           // little-endian, if all of them lie side by side; else empty
};
FeatureValues ReadFeature(const FeatureEntry& entry, const Place& place);
// All floats of one that has kFloats.
std::vector<float> ReadFloats(const FeatureEntry& entry, const Place& place);

}  // namespace dataset
