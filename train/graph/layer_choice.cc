#include "train/graph/layer_choice.h"

#include <algorithm>
#include <charconv>

#include "dataset/base/error.h"
#include "train/graph/layer_list.h"

namespace train {

namespace {

constexpr const char* kOption = "`finetune_layers`: ";

size_t ParseCount(const std::string& text, const std::string& choice, size_t most) {
  size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw dataset::Error::Usage(kOption + ("'" + choice + "' needs a number of layers"));
  }
  if (count > most) {
    throw dataset::Error::Usage(kOption + ("'" + choice + "' is beyond the backbone's ") + std::to_string(most) +
                                " layers");
  }
  return count;
}

// Returns the place in the list from which on layers are trained.
size_t FirstListed(const Graph& backbone, const std::vector<ListedLayer>& list, const std::string& choice) {
  if (choice == "all") return 0;
  const size_t colon = choice.find(':');
  const std::string kind = choice.substr(0, colon), value = colon == choice.npos ? "" : choice.substr(colon + 1);
  if (kind == "last") return list.size() - ParseCount(value, choice, list.size());
  if (kind == "skip") return ParseCount(value, choice, list.size());
  if (kind != "from") {
    throw dataset::Error::Usage(kOption + ("'" + choice + "' is none of all, last:N, skip:N and from:NAME"));
  }
  const auto group = std::find(backbone.groups.begin(), backbone.groups.end(), value);
  const int number = static_cast<int>(group - backbone.groups.begin());
  auto is_first = [&](const ListedLayer& listed) {
    if (group == backbone.groups.end()) return listed.name == value;
    return std::any_of(listed.layers.begin(), listed.layers.end(),
                       [&](int layer) { return backbone.layers[static_cast<size_t>(layer)].group == number; });
  };
  const auto first = std::find_if(list.begin(), list.end(), is_first);
  if (first != list.end()) return static_cast<size_t>(first - list.begin());
  throw dataset::Error::Usage(kOption + ("no layer or group is named '" + value + "'; `ListLayers` lists them"));
}

}  // namespace

std::vector<bool> ChooseLayers(const Graph& backbone, const std::string& choice) {
  const std::vector<ListedLayer> list = ListLayers(backbone);
  std::vector<bool> chosen(backbone.layers.size());
  for (size_t i = FirstListed(backbone, list, choice); i < list.size(); ++i) {
    for (const int layer : list[i].layers) chosen[static_cast<size_t>(layer)] = true;
  }
  return chosen;
}

namespace {

bool HasWeights(const Layer& layer) {
  return layer.op == Op::kConv || layer.op == Op::kDense || layer.op == Op::kBatchNorm || layer.op == Op::kLayerNorm ||
         layer.op == Op::kLayerScale;
}

}  // namespace

std::vector<std::string> ThawingChoices(const Graph& backbone) {
  std::vector<std::string> choices;
  const auto trained_by = [&](const std::string& choice) {
    const std::vector<bool> chosen = ChooseLayers(backbone, choice);
    int count = 0;
    for (size_t i = 0; i < chosen.size(); ++i) count += chosen[i] && HasWeights(backbone.layers[i]) ? 1 : 0;
    return count;
  };
  int trained = 0;
  for (size_t group = backbone.groups.size(); group-- > 1;) {
    const std::string choice = "from:" + backbone.groups[group];
    if (const int more = trained_by(choice); more > trained) {
      choices.push_back(choice);
      trained = more;
    }
  }
  if (trained_by("all") > trained) choices.emplace_back("all");
  return choices;
}

}  // namespace train
