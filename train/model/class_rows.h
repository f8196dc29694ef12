#pragma once

#include <string>
#include <vector>

namespace train {

// Where the values of a last layer come from whose classes are not those of a file, or are in another order.
struct ClassRows {
  std::vector<int> from;  // for each score of the network the number of the file's; -1: it is a new one
  bool negated = false;   // the one score of two classes is that of the other class in the file
};

// A last layer: the names of its classes and how many scores it has, which is 1 for two classes that share one.
struct ClassScores {
  std::vector<std::string> classes;
  int scores = 0;
};

// Finds the scores of the layer `to` in the layer `from` by the names of their classes.
ClassRows MatchClasses(const ClassScores& from, const ClassScores& to);

}  // namespace train
