#pragma once

#include <string>
#include <vector>

#include "train/graph/graph.h"

namespace train {

// A layer of Keras' model.layers, which may be several layers of the graph.
struct ListedLayer {
  std::string name;
  std::vector<int> layers;  // indices into Graph::layers, ascending
};

// Returns the layers in the order of Keras' model.layers (keras/src/ops/function.py, map_graph): by falling distance
// from the output, and at equal distance in the order in which a depth-first walk from the output meets them. The input
// layer comes first. Layers that the output does not depend on are left out.
std::vector<ListedLayer> ListLayers(const Graph& graph);

}  // namespace train
