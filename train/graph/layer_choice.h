#pragma once

#include <string>
#include <vector>

#include "train/graph/graph.h"

namespace train {

// Returns which layers of a backbone (without pooling and head) are trained, one value for each of Graph::layers.
// `choice` counts layers as ListLayers does:
//   all        all layers
//   last:N     the last N layers
//   skip:N     all but the first N layers
//   from:NAME  the layers from this one, or from the first one of this group, to the top
// Throws dataset::Error::Usage for any other form, an unknown name or a number beyond the list.
std::vector<bool> ChooseLayers(const Graph& backbone, const std::string& choice);

// Returns the choices that thaw a backbone group by group: "from:GROUP" from the top down, and "all" with the stem.
// Groups without weights are left out.
std::vector<std::string> ThawingChoices(const Graph& backbone);

}  // namespace train
