#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dataset/base/error.h"

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

// Canonical bytes without those of one large value, which therefore need not be copied: they belong at `hole`.
struct ExampleShell {
  std::string bytes;
  size_t hole = 0;
};
// `value` is one of the example's byte strings itself, not one equal to it.
ExampleShell SerializeAround(const ExampleView& example, std::string_view value);

// Takes packed and unpacked lists in any order; skips fields it does not know. Throws Error at `place` for bytes that
// are not an Example.
Example ParseExample(std::string_view bytes, const Place& place);
ExampleView ParseExampleView(std::string_view bytes, const Place& place);

}  // namespace dataset
