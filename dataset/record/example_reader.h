#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dataset/base/error.h"

namespace dataset {

// One feature of an Example: its key, and its map entry (key and Feature in wire format). Both point into the bytes of
// the Example.
struct FeatureEntry {
  std::string_view key;
  std::string_view bytes;
};

// Reads the features of an Example one after the other, without a copy or an allocation. If a key comes twice, both
// entries are given, and the caller must use the last one. The bytes and the place must outlive the reader. Not
// thread-safe.
class ExampleReader {
 public:
  ExampleReader(std::string_view bytes, const Place& place) : example_(bytes), place_(place) {}
  // Reads the next feature. Returns false at the end. Throws Error for bytes that are not an Example; the bytes of a
  // feature's value are not checked.
  bool Next(FeatureEntry* entry);

 private:
  std::string_view example_;   // what is not read yet
  std::string_view features_;  // what is not read yet of the current `Features` message
  const Place& place_;
};

// The values of one feature, which point into its bytes.
struct FeatureValues {
  enum class Kind { kNone, kBytes, kFloats, kIntegers };
  static constexpr size_t kIntegersKept = 4;

  Kind kind = Kind::kNone;
  size_t count = 0;
  std::string_view bytes;                            // the last byte string of the list
  std::array<int64_t, kIntegersKept> integers = {};  // the first integers of the list
  std::string_view floats;                           // all floats, little-endian, if they lie side by side; else empty
};
// Throws Error at `place` for bytes that are not a Feature.
FeatureValues ReadFeature(const FeatureEntry& entry, const Place& place);
// Returns all floats of a feature whose kind is kFloats.
std::vector<float> ReadFloats(const FeatureEntry& entry, const Place& place);
// Returns where a list of integers or floats has its only 1, or nullopt if its other values are not all 0.
std::optional<size_t> OneHotIndex(const FeatureEntry& entry, const Place& place);

// Whether the bytes have the feature lists of a SequenceExample, which are not read.
bool HasFeatureLists(std::string_view bytes, const Place& place);

}  // namespace dataset
