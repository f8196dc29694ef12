#pragma once

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace dataset {

// A partition of the numbers 0 ... size - 1 into sets; at first every number is a set of its own. Join and First are
// thread-safe, and the sets do not depend on the order of joins.
class DisjointSets {
 public:
  explicit DisjointSets(size_t size) : parents_(size) {
    for (size_t i = 0; i < size; ++i) parents_[i].store(static_cast<uint32_t>(i), std::memory_order_relaxed);
  }

  // Returns the least number of i's set. While other threads join, the result may be out of date.
  uint32_t First(uint32_t i) {
    while (true) {
      uint32_t parent = parents_[i].load(std::memory_order_relaxed);
      if (parent == i) return i;
      const uint32_t grandparent = parents_[parent].load(std::memory_order_relaxed);
      parents_[i].compare_exchange_weak(parent, grandparent, std::memory_order_relaxed);
      i = grandparent;
    }
  }

  void Join(uint32_t a, uint32_t b) {
    while (true) {
      a = First(a);
      b = First(b);
      if (a == b) return;
      if (a < b) std::swap(a, b);
      uint32_t expected = a;
      if (parents_[a].compare_exchange_strong(expected, b, std::memory_order_relaxed)) return;
    }
  }

  size_t size() const { return parents_.size(); }

 private:
  std::vector<std::atomic<uint32_t>> parents_;  // parents_[i] <= i
};

}  // namespace dataset
