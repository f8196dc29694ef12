#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataset/load/sampler.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// A property of an order, and its exact expectation over all orders of the same samples.
struct ShuffleMeasure {
  double found = 0;
  double uniform = 0;
};

// How well an order of samples is mixed. Distances are parts of the order's length.
struct ShuffleReport {
  ShuffleMeasure classes;       // number of different classes in a batch, on average
  ShuffleMeasure displacement;  // distance of a sample's place in storage from its place in the order, on average
  ShuffleMeasure neighbours;    // distance, in the order, of samples that are neighbours in storage, on average
};

// `labels` has the label of each sample by id, that is in storage order. `order` must not be empty and must not hold an
// id twice. The last batch may be short.
ShuffleReport ReportShuffle(std::span<const SampleId> order, std::span<const uint32_t> labels, int batch_size);

// Returns the expected number of different classes among `drawn` samples that are drawn without replacement. `counts`
// has the number of samples of each class; n is their sum. The result is the sum of 1 - C(n - count, drawn) / C(n,
// drawn) over the classes.
double ExpectedClasses(std::span<const uint64_t> counts, uint64_t drawn);

}  // namespace dataset
