#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dataset/base/error.h"

namespace dataset {

// One feature: a list of byte strings, of floats or of integers. std::monostate means that the kind is not set.
template <typename Bytes>
using BasicFeature = std::variant<std::monostate, std::vector<Bytes>, std::vector<float>, std::vector<int64_t>>;

using Feature = BasicFeature<std::string>;
using FeatureView = BasicFeature<std::string_view>;

// A tf.train.Example in memory, with its keys in bytewise order.
using Example = std::map<std::string, Feature, std::less<>>;
// As above, but keys and byte strings point into the caller's bytes.
using ExampleView = std::map<std::string_view, FeatureView>;

// Returns the canonical bytes of an Example (proto/FORMAT.md, section 4). Equal Examples give equal bytes.
std::string SerializeExample(const Example& example);
std::string SerializeExample(const ExampleView& example);

// The canonical bytes of an Example without one large value, so that the value need not be copied. It belongs at
// bytes[hole].
struct ExampleShell {
  std::string bytes;
  size_t hole = 0;
};
// `value` must be one of the byte strings in `example`, the only one in its list: it is found by its address, not by
// its content.
ExampleShell SerializeAround(const ExampleView& example, std::string_view value);

// Parses untrusted bytes. Lists may be packed or not, and fields may come in any order; the last of equal keys counts,
// and unknown fields are skipped. Throws Error at `place` if the bytes are not an Example or a key is not UTF-8.
Example ParseExample(std::string_view bytes, const Place& place);
ExampleView ParseExampleView(std::string_view bytes, const Place& place);

}  // namespace dataset
