#include "dataset/catalog/class_counts.h"

#include <algorithm>

namespace dataset {

ClassCounts CountsOf(const DatasetInfo& info) {
  ClassCounts counts;
  for (auto& of_split : counts) of_split.assign(info.classes.size(), 0);
  for (const DatasetSplit& split : info.splits) counts[static_cast<size_t>(split.split)] = split.records_per_class;
  return counts;
}

std::vector<std::string> MissingClasses(const std::vector<std::string>& classes, const ClassCounts& counts) {
  std::vector<std::string> sentences;
  for (Split split : kSplits) {
    const std::vector<uint32_t>& of_split = counts[static_cast<size_t>(split)];
    const auto missing = static_cast<size_t>(std::count(of_split.begin(), of_split.end(), 0u));
    if (missing == 0 || missing == of_split.size()) continue;
    const auto first = static_cast<size_t>(std::find(of_split.begin(), of_split.end(), 0u) - of_split.begin());
    sentences.push_back(std::to_string(missing) + " of " + std::to_string(classes.size()) +
                        " classes without images in " + std::string(NameOf(split)) + ", the first " + classes[first]);
  }
  return sentences;
}

std::optional<LabelPair> FindImbalance(const std::vector<uint32_t>& counts) {
  std::optional<LabelPair> pair;
  for (size_t label = 0; label < counts.size(); ++label) {
    if (counts[label] == 0) continue;
    if (!pair) pair = {label, label};
    if (counts[label] > counts[pair->most]) pair->most = label;
    if (counts[label] < counts[pair->least]) pair->least = label;
  }
  return pair && counts[pair->most] / counts[pair->least] >= kImbalance ? pair : std::nullopt;
}

std::string Imbalance(const std::vector<std::string>& classes, const ClassCounts& counts) {
  const std::vector<uint32_t>& train = counts[static_cast<size_t>(Split::kTrain)];
  const std::optional<LabelPair> found = FindImbalance(train);
  if (!found) return "";
  const auto [most, least] = *found;
  return "class " + classes[most] + " has " + std::to_string(train[most] / train[least]) +
         " times as many images in train as class " + classes[least] + ", " + std::to_string(train[most]) + " and " +
         std::to_string(train[least]);
}

}  // namespace dataset
