#include "dataset/bench/shuffle_report.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace dataset {

namespace {

// Returns the probability that none of `count` samples is among `drawn` of `n`: C(n - count, drawn) / C(n, drawn).
double NoneDrawn(uint64_t n, uint64_t count, uint64_t drawn) {
  if (count + drawn > n) return 0;
  const uint64_t few = std::min(count, drawn), many = std::max(count, drawn);
  double probability = 1;
  for (uint64_t i = 0; i < few; ++i) probability *= static_cast<double>(n - many - i) / static_cast<double>(n - i);
  return probability;
}

ShuffleMeasure MeasureClasses(std::span<const SampleId> order, std::span<const uint32_t> labels, size_t batch_size) {
  const uint32_t classes = *std::max_element(labels.begin(), labels.end()) + 1;
  std::vector<uint64_t> counts(classes);
  std::vector<size_t> seen(classes);  // by class: the last batch that had it, counted from 1
  uint64_t found = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    const uint32_t label = labels[order[i]];
    const size_t batch = i / batch_size + 1;
    ++counts[label];
    if (seen[label] != batch) ++found;
    seen[label] = batch;
  }
  const size_t full = order.size() / batch_size, rest = order.size() % batch_size;
  const double batches = static_cast<double>(full + (rest > 0 ? 1 : 0));
  const double expected =
      (full > 0 ? static_cast<double>(full) * ExpectedClasses(counts, batch_size) : 0) + ExpectedClasses(counts, rest);
  return {static_cast<double>(found) / batches, expected / batches};
}

// Returns the sum of |a[i] - b[j]| over all i and j. Both lists must ascend.
double SumOfDistances(const std::vector<double>& a, const std::vector<double>& b) {
  const double total = std::accumulate(b.begin(), b.end(), 0.0);
  double below = 0, sum = 0;  // below: sum of the numbers of b that are below x
  size_t j = 0;
  for (const double x : a) {
    for (; j < b.size() && b[j] < x; ++j) below += b[j];
    const double count = static_cast<double>(j), others = static_cast<double>(b.size() - j);
    sum += x * count - below + (total - below) - x * others;
  }
  return sum;
}

ShuffleMeasure MeasureDisplacement(std::span<const SampleId> order, size_t stored) {
  const double length = static_cast<double>(order.size());
  std::vector<double> places(order.size()), storage(order.size());
  double found = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    places[i] = (static_cast<double>(i) + 0.5) / length;
    storage[i] = (static_cast<double>(order[i]) + 0.5) / static_cast<double>(stored);
    found += std::abs(places[i] - storage[i]);
  }
  std::sort(storage.begin(), storage.end());
  return {found / length, SumOfDistances(places, storage) / (length * length)};
}

ShuffleMeasure MeasureNeighbours(std::span<const SampleId> order) {
  if (order.size() < 2) return {};
  std::vector<size_t> places(order.size());
  std::iota(places.begin(), places.end(), 0);
  std::sort(places.begin(), places.end(), [&](size_t a, size_t b) { return order[a] < order[b]; });
  double sum = 0;
  for (size_t i = 1; i < places.size(); ++i) {
    sum += std::abs(static_cast<double>(places[i]) - static_cast<double>(places[i - 1]));
  }
  const double length = static_cast<double>(order.size());
  return {sum / (length - 1) / length, (length + 1) / (3 * length)};
}

}  // namespace

double ExpectedClasses(std::span<const uint64_t> counts, uint64_t drawn) {
  const uint64_t n = std::accumulate(counts.begin(), counts.end(), uint64_t{0});
  assert(drawn <= n);
  double expected = 0;
  for (const uint64_t count : counts) {
    if (count > 0) expected += 1 - NoneDrawn(n, count, drawn);
  }
  return expected;
}

ShuffleReport ReportShuffle(std::span<const SampleId> order, std::span<const uint32_t> labels, int batch_size) {
  assert(!order.empty() && batch_size > 0);
  return {.classes = MeasureClasses(order, labels, static_cast<size_t>(batch_size)),
          .displacement = MeasureDisplacement(order, labels.size()),
          .neighbours = MeasureNeighbours(order)};
}

}  // namespace dataset
