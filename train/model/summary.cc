#include "train/model/summary.h"

#include <algorithm>

#include "train/graph/layer_choice.h"
#include "train/graph/layer_list.h"

namespace train {

Summary Summarize(const Architecture& architecture, const std::string& layers) {
  const ModelGraph model = BuildModel(architecture);
  const Graph backbone = BuildBackbone(architecture);
  const std::vector<Shape> shapes = InferShapes(model.graph, architecture.image_size);
  std::vector<bool> open(model.graph.layers.size(), true);
  const std::vector<bool> chosen = ChooseLayers(backbone, layers);
  std::copy(chosen.begin(), chosen.end(), open.begin());
  std::vector<uint64_t> learned(open.size()), statistics(open.size());
  for (const Parameter& parameter : Parameters(model.graph, shapes)) {
    if (parameter.role == TensorRole::kBatches) continue;
    (parameter.learned() ? learned : statistics)[static_cast<size_t>(parameter.layer)] += Values(parameter);
  }
  std::vector<ListedLayer> list = ListLayers(backbone);
  for (const ListedLayer& listed : ListLayers(model.graph)) {
    if (listed.layers.front() >= model.backbone) list.push_back(listed);
  }
  Summary summary;
  for (const ListedLayer& listed : list) {
    const auto last = static_cast<size_t>(listed.layers.back());
    SummaryRow row{.number = static_cast<int>(summary.rows.size()),
                   .name = listed.name,
                   .group = model.graph.groups[static_cast<size_t>(model.graph.layers[last].group)],
                   .shape = shapes[last],
                   .trainable = open[last]};
    for (const int layer : listed.layers) {
      row.parameters += learned[static_cast<size_t>(layer)];
      row.statistics += statistics[static_cast<size_t>(layer)];
    }
    (row.trainable ? summary.trainable : summary.frozen) += row.parameters;
    if (listed.layers.front() >= model.head) summary.head += row.parameters;
    summary.statistics += row.statistics;
    summary.rows.push_back(std::move(row));
  }
  return summary;
}

}  // namespace train
