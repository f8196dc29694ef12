#include "train/graph/layer_list.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace train {

namespace {

struct Unit {
  ListedLayer listed;
  std::vector<size_t> inputs;  // indices of units
  size_t met = 0;
  int depth = 0;
};

struct Units {
  std::vector<Unit> units;
  size_t output = 0;
};

Units MakeUnits(const Graph& graph) {
  std::vector<Unit> units;
  std::vector<size_t> unit_of(graph.layers.size());
  std::map<std::string, size_t> by_name;
  for (size_t i = 0; i < graph.layers.size(); ++i) {
    const Layer& layer = graph.layers[i];
    const auto [found, is_new] = by_name.try_emplace(layer.listed, units.size());
    if (is_new) units.push_back({.listed = {layer.listed, {}}, .inputs = {}});
    const size_t self = unit_of[i] = found->second;
    units[self].listed.layers.push_back(static_cast<int>(i));
    for (const int input : layer.inputs) {
      const size_t from = unit_of[static_cast<size_t>(input)];
      std::vector<size_t>& inputs = units[self].inputs;
      if (from != self && std::find(inputs.begin(), inputs.end(), from) == inputs.end()) inputs.push_back(from);
    }
  }
  return {std::move(units), unit_of.back()};
}

}  // namespace

std::vector<ListedLayer> ListLayers(const Graph& graph) {
  auto [units, output] = MakeUnits(graph);
  // Walks depth first. A unit is numbered when it is first met, and finished after its inputs.
  constexpr size_t kUnmet = ~size_t{0};
  for (Unit& unit : units) unit.met = kUnmet;
  std::vector<size_t> finished;
  std::vector<std::pair<size_t, size_t>> path = {{output, 0}};
  size_t met = 0;
  units[output].met = met++;
  while (!path.empty()) {
    auto& [self, next] = path.back();
    if (next == units[self].inputs.size()) {
      finished.push_back(self);
      path.pop_back();
      continue;
    }
    const size_t input = units[self].inputs[next++];
    if (units[input].met != kUnmet) continue;
    units[input].met = met++;
    path.emplace_back(input, 0);
  }
  for (auto self = finished.rbegin(); self != finished.rend(); ++self) {
    for (const size_t input : units[*self].inputs) {
      units[input].depth = std::max(units[input].depth, units[*self].depth + 1);
    }
  }
  std::sort(finished.begin(), finished.end(), [&units = units](size_t a, size_t b) {
    if (units[a].depth != units[b].depth) return units[a].depth > units[b].depth;
    return units[a].met < units[b].met;
  });
  std::vector<ListedLayer> list;
  for (const size_t self : finished) list.push_back(std::move(units[self].listed));
  return list;
}

}  // namespace train
