#pragma once

#include <cstdint>

namespace dataset {

// The number of a record within its split, counted from 0 over its shards in order.
using SampleId = uint32_t;

}  // namespace dataset
