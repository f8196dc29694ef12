#pragma once

#include <string>
#include <vector>

namespace train {

// What became of a file's tensors, in words for the user. Layers are named as in the network's state_dict.
struct LoadedWeights {
  std::vector<std::string> absent;   // layers of the head that are not in the file and keep their values
  std::vector<std::string> renewed;  // as well, but the file has them for other classes or in another shape
  std::vector<std::string> left;     // the file's other parts and how many tensors each has: "'criterion' (2)"
  std::string prefix;                // what the names of the network's tensors have in front
};

}  // namespace train
