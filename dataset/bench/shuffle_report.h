#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataset/load/sampler.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// A property of an order, and its expectation over all orders of the same samples (exact, not sampled).
struct ShuffleMeasure {
  double found = 0;
  double uniform = 0;
};

// How well an order of samples is mixed. Distances are parts of the order's length.
struct ShuffleReport {
  ShuffleMeasure classes;       // different ones in a batch, on average
  ShuffleMeasure displacement;  // from a sample's place in storage to that in the order, on average
  ShuffleMeasure neighbours;    // between the places in the order of samples that are next to each other in storage
};

// `labels` are those of all samples in the order of storage, that is by id; `order` is not empty and holds an id once
// or not at all. Its last batch may be short.
ShuffleReport ReportShuffle(std::span<const SampleId> order, std::span<const uint32_t> labels, int batch_size);

// How many different classes are expected among `drawn` of the samples, drawn without replacement; `counts` are those
// of the classes. The sum of 1 - C(n - count, drawn) / C(n, drawn) over the classes.
double ExpectedClasses(std::span<const uint64_t> counts, uint64_t drawn);

}  // namespace dataset
