#pragma once

#include <string>
#include <vector>

#include "train/graph/graph.h"

namespace train {

// A layer as Keras counts them in model.layers; one or several steps of the graph.
struct ListedLayer {
  std::string name;
  std::vector<int> layers;  // indices into Graph::layers, ascending
};

// In the order of Keras' model.layers: by falling distance from the output, those of equal distance as a walk from the
// output first meets them (keras/src/ops/function.py, map_graph). The input layer is number 0. What the output does not
// depend on is left out.
std::vector<ListedLayer> ListLayers(const Graph& graph);

}  // namespace train
