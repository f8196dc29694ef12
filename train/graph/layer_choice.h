#pragma once

#include <string>
#include <vector>

#include "train/graph/graph.h"

namespace train {

// Which layers of a backbone (without pooling and head) are trained, as recipes say it, counting as ListLayers does:
//   all        every one
//   last:N     the last N
//   skip:N     all but the first N
//   from:NAME  from this layer, or from the first layer of this group, to the top
// One value for each of Graph::layers. Throws dataset::Error::Usage for another form, an unknown name or a number
// beyond the list.
std::vector<bool> ChooseLayers(const Graph& backbone, const std::string& choice);

}  // namespace train
