#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dataset/error.h"

namespace dataset {

// One feature: a list of byte strings, of floats or of integers; monostate: a feature whose kind is not set.
template <typename Bytes>
using BasicFeature = std::variant<std::monostate, std::vector<Bytes>, std::vector<float>, std::vector<int64_t>>;

using Feature = BasicFeature<std::string>;
using FeatureView = BasicFeature<std::string_view>;

// A tf.train.Example in memory, keys in bytewise order.
using Example = std::map<std::string, Feature, std::less<>>;
// The same, with keys and byte strings that point into the caller's bytes.
using ExampleView = std::map<std::string_view, FeatureView>;

// Canonical bytes (proto/FORMAT.md, section 4): equal Examples give equal bytes.
std::string SerializeExample(const Example& example);
std::string SerializeExample(const ExampleView& example);

// Takes packed and unpacked lists in any order; skips fields it does not know. Throws Error at `place` for bytes that
// are not an Example.
Example ParseExample(std::string_view bytes, const Place& place);
ExampleView ParseExampleView(std::string_view bytes, const Place& place);

// For readers that want a few features and no allocations: an entry of an Example whose feature is not parsed yet.
struct ExampleEntry {
  std::string_view key;
  std::string_view feature;
};
// Replaces *entries by those of an Example, in its order; of equal keys the last counts. Throws Error as above.
void ReadExampleEntries(std::string_view bytes, const Place& place, std::vector<ExampleEntry>* entries);
// The only value of a feature; nullopt if it has another kind of list or another number of values.
std::optional<std::string_view> OnlyBytes(std::string_view feature, const Place& place);
std::optional<int64_t> OnlyInteger(std::string_view feature, const Place& place);

}  // namespace dataset
