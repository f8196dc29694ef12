#include "dataset/split/grouping.h"

#include <string_view>
#include <unordered_map>

#include "dataset/base/disjoint_sets.h"

namespace dataset {

Grouping GroupSamples(const std::vector<SourceSample>& samples, const std::vector<std::string>& keys,
                      const std::vector<uint32_t>& first, JoinKeys join_keys) {
  DisjointSets sets(samples.size());
  std::unordered_map<std::string_view, uint32_t> first_of_key;
  for (uint32_t i = 0; i < keys.size(); ++i) {
    if (!keys[i].empty()) sets.Join(first_of_key.emplace(keys[i], i).first->second, i);
  }
  // With JoinKeys::kNo, a picture with a key does not pull equal pictures without one into its group.
  std::unordered_map<uint32_t, uint32_t> first_without_key;
  for (uint32_t i = 0; i < first.size(); ++i) {
    const bool has_key = !keys.empty() && !keys[i].empty();
    if (join_keys == JoinKeys::kYes) {
      sets.Join(first[i], i);
    } else if (!has_key) {
      sets.Join(first_without_key.emplace(first[i], i).first->second, i);
    }
  }

  Grouping grouping;
  std::vector<uint32_t> first_of_group;
  std::vector<uint32_t> numbers(samples.size());
  for (uint32_t i = 0; i < samples.size(); ++i) {
    const uint32_t set = sets.First(i);
    if (set == i) {
      numbers[i] = static_cast<uint32_t>(grouping.sizes.size());
      grouping.sizes.push_back(0);
      grouping.keys.push_back(0);
      grouping.names.emplace_back();
      first_of_group.push_back(i);
    }
    const uint32_t group = numbers[set];
    grouping.groups.push_back(group);
    ++grouping.sizes[group];
    if (keys.empty() || keys[i].empty()) continue;
    grouping.keys[group] += first_of_key.at(keys[i]) == i ? 1 : 0;
    std::string& name = grouping.names[group];
    if (name.empty() || keys[i] < name) name = keys[i];
  }
  for (size_t group = 0; group < grouping.names.size(); ++group) {
    std::string& name = grouping.names[group];
    if (name.empty() && grouping.sizes[group] > 1) name = "same:" + samples[first_of_group[group]].path;
  }
  return grouping;
}

}  // namespace dataset
