#pragma once

#include <cassert>
#include <cstddef>
#include <utility>
#include <vector>

namespace dataset {

// Removes element i from *list wherever kept[i] is false; the others keep their order. `kept` must be as long as the
// list, unless the list is empty.
template <typename T>
void KeepRows(const std::vector<bool>& kept, std::vector<T>* list) {
  assert(list->empty() || list->size() == kept.size());
  size_t to = 0;
  for (size_t i = 0; i < list->size(); ++i) {
    if (!kept[i]) continue;
    if (to != i) (*list)[to] = std::move((*list)[i]);
    ++to;
  }
  list->resize(to);
}

}  // namespace dataset
