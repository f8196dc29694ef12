#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dataset/error.h"

namespace dataset {

// One feature: a list of byte strings, of floats or of integers; monostate: a feature whose kind is not set.
using Feature = std::variant<std::monostate, std::vector<std::string>, std::vector<float>, std::vector<int64_t>>;

// A tf.train.Example in memory, keys in bytewise order.
using Example = std::map<std::string, Feature, std::less<>>;

// Canonical bytes (proto/FORMAT.md, section 4): equal Examples give equal bytes.
std::string SerializeExample(const Example& example);

// Takes packed and unpacked lists in any order. Throws Error at `place` for bytes that are not an Example.
Example ParseExample(std::string_view bytes, const Place& place);

}  // namespace dataset
