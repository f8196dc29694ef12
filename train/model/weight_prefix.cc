#include "train/model/weight_prefix.h"

#include <algorithm>
#include <sstream>
#include <tuple>

namespace train {

namespace {

bool SaysEma(const std::string& prefix) {
  std::istringstream parts(prefix);
  for (std::string part; std::getline(parts, part, '.');) {
    if (part == "ema" || part.starts_with("ema_") || part.ends_with("_ema")) return true;
  }
  return false;
}

}  // namespace

std::string FindPrefix(const ModelGraph& model, const std::vector<Parameter>& parameters, const WeightNames& names,
                       Spelling spelling) {
  constexpr size_t kMostPrefixes = 16;  // that are tried: a hostile file could have any number
  if (spelling == Spelling::kKeras) return "";
  std::vector<std::string> wanted;
  for (const Parameter& parameter : parameters) {
    const std::string name =
        TensorName(model.graph.layers[static_cast<size_t>(parameter.layer)], parameter.role, spelling);
    if (parameter.layer < model.head && parameter.role != TensorRole::kBatches && !name.empty()) wanted.push_back(name);
  }
  if (wanted.empty()) return "";
  const std::string ending = "." + WeightNames::KeyOf(wanted.front());
  std::string best;
  std::tuple<size_t, bool> best_rank{0, false};
  size_t tried = 0;
  const auto consider = [&](const std::string& prefix) {
    const auto has = [&](const std::string& name) { return names.Find(prefix + name) != nullptr; };
    const std::tuple rank{static_cast<size_t>(std::count_if(wanted.begin(), wanted.end(), has)), SaysEma(prefix)};
    const bool shorter = rank == best_rank && prefix.size() < best.size();
    if (rank > best_rank || shorter) {
      best_rank = rank;
      best = prefix;
    }
  };
  consider("");
  for (const auto& [name, view] : names.all()) {
    if (!name.ends_with(ending)) continue;
    if (++tried > kMostPrefixes) break;
    consider(name.substr(0, name.size() - ending.size() + 1));
  }
  return best;
}

}  // namespace train
