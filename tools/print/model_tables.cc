#include "tools/print/model_tables.h"

#include <cstdio>

#include "tools/cli/table.h"
#include "train/graph/layer_list.h"

namespace cli {

namespace {

std::string Millions(uint64_t count) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f M", static_cast<double>(count) / 1e6);
  return text;
}

// Formats 1234567 as "1,234,567".
std::string Grouped(uint64_t count) {
  const std::string digits = std::to_string(count);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string ShapeText(const train::Shape& shape) {
  if (shape.rows == 0) return std::to_string(shape.channels);
  return std::to_string(shape.rows) + " x " + std::to_string(shape.columns) + " x " + std::to_string(shape.channels);
}

}  // namespace

std::string FormatBackbones() {
  std::vector<std::vector<std::string>> rows = {{"name", "graph", "parameters", "features", "size", "least"}};
  std::vector<std::string> sources = {"  weights"};
  for (const train::BackboneInfo& backbone : train::Backbones()) {
    for (const train::VariantInfo& variant : backbone.variants) {
      const bool first = &variant == &backbone.variants.front();
      const train::Graph graph = train::BuildBackbone(NativeArchitecture(backbone, variant));
      const std::vector<train::Shape> shapes = train::InferShapes(graph, variant.image_size);
      uint64_t parameters = 0;
      for (const train::Parameter& parameter : train::Parameters(graph, shapes)) {
        if (parameter.learned()) parameters += train::Values(parameter);
      }
      rows.push_back({first ? std::string(backbone.name) : "", std::string(dataset::NameOf(variant.variant)),
                      Millions(parameters), std::to_string(shapes.back().channels), std::to_string(variant.image_size),
                      std::to_string(backbone.min_image_size)});
      sources.push_back("  " + std::string(variant.sources));
    }
  }
  const std::string table = FormatTable(rows);
  std::string text;
  size_t line = 0, at = 0;
  while (at < table.size()) {
    const size_t end = table.find('\n', at);
    text += table.substr(at, end - at) + sources[line++] + "\n";
    at = end + 1;
  }
  return text;
}

std::string FormatLayers(const std::string& name) {
  const train::BackboneInfo& backbone = train::FindBackbone(name);
  const train::Graph graph = train::BuildBackbone(NativeArchitecture(backbone, backbone.variants.front()));
  std::string text;
  int number = 0;
  for (const train::ListedLayer& listed : train::ListLayers(graph)) {
    const train::Layer& layer = graph.layers[static_cast<size_t>(listed.layers.back())];
    text +=
        std::to_string(number++) + "\t" + listed.name + "\t" + graph.groups[static_cast<size_t>(layer.group)] + "\n";
  }
  return text;
}

std::string FormatSummary(const train::Architecture& architecture, const train::Summary& summary) {
  std::vector<std::vector<std::string>> rows = {{"layer", "number", "group", "output", "parameters", ""}};
  for (const train::SummaryRow& row : summary.rows) {
    const uint64_t values = row.parameters + row.statistics;
    rows.push_back({row.name, std::to_string(row.number), row.group, ShapeText(row.shape),
                    values == 0 ? "" : Grouped(values), row.trainable ? "" : "frozen"});
  }
  std::string text = FormatTable(rows);
  text += "\n" + std::string(architecture.backbone->name) + " (" +
          std::string(dataset::NameOf(architecture.variant->variant)) + "), " +
          std::to_string(architecture.image_size) + " x " + std::to_string(architecture.image_size) + " x " +
          std::to_string(architecture.channels) + " to " + std::to_string(architecture.outputs) + " scores\n";
  text += "trainable in phase head:     " + Grouped(summary.head) + "\n";
  text += "trainable in phase finetune: " + Grouped(summary.trainable) + "\n";
  text += "frozen in phase finetune:    " + Grouped(summary.frozen) + "\n";
  text += "statistics of norms:         " + Grouped(summary.statistics) + "\n";
  return text;
}

}  // namespace cli
