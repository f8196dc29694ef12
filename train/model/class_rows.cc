#include "train/model/class_rows.h"

#include <map>

namespace train {

ClassRows MatchClasses(const ClassScores& from, const ClassScores& to) {
  ClassRows rows{.from = std::vector<int>(static_cast<size_t>(to.scores), -1)};
  if (from.scores == 1 || to.scores == 1) {
    // The score is that of the second class.
    const bool swapped =
        from.classes.size() == 2 && from.classes == std::vector(to.classes.rbegin(), to.classes.rend());
    if (from.scores == to.scores && (swapped || from.classes == to.classes)) rows = {.from = {0}, .negated = swapped};
    return rows;
  }
  std::map<std::string, int> numbers;
  for (const std::string& name : from.classes) numbers.emplace(name, static_cast<int>(numbers.size()));
  for (size_t i = 0; i < rows.from.size(); ++i) {
    const auto found = numbers.find(to.classes[i]);
    if (found != numbers.end()) rows.from[i] = found->second;
  }
  return rows;
}

}  // namespace train
