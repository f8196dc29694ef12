#include "train/weights/keras_names.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace train {
namespace {

struct Name {
  std::string layer;
  std::string role;
};

struct Spelling {
  std::string_view old;
  std::string_view now;
};

// The roles of Keras 1. Its running_std is the variance.
constexpr Spelling kRoles[] = {
    {"W", "kernel"},
    {"b", "bias"},
    {"running_mean", "moving_mean"},
    {"running_std", "moving_variance"},
    {"gamma", "gamma"},
    {"beta", "beta"},
    {"depthwise_kernel", "depthwise_kernel"},
    {"pointwise_kernel", "pointwise_kernel"},
};

// Keras' automatic names of layers that have weights, including those of Keras 1.
constexpr Spelling kKinds[] = {
    {"batch_normalization", "batch_normalization"},
    {"batchnormalization", "batch_normalization"},
    {"conv2d", "conv2d"},
    {"conv2d_transpose", "conv2d_transpose"},
    {"convolution2d", "conv2d"},
    {"dense", "dense"},
    {"depthwise_conv2d", "depthwise_conv2d"},
    {"group_normalization", "group_normalization"},
    {"layer_normalization", "layer_normalization"},
    {"normalization", "normalization"},
    {"p_re_lu", "p_re_lu"},
    {"separable_conv2d", "separable_conv2d"},
    {"separableconvolution2d", "separable_conv2d"},
};

template <size_t kCount>
const Spelling* Find(const Spelling (&table)[kCount], std::string_view name) {
  const auto found = std::find_if(table, table + kCount, [name](const Spelling& row) { return row.old == name; });
  return found == table + kCount ? nullptr : found;
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == text.npos;
}

// Cuts `mark` and the number behind it off the end of a name.
bool CutNumber(char mark, std::string_view* text, std::string_view* number) {
  const size_t at = text->rfind(mark);
  if (at == text->npos || !IsNumber(text->substr(at + 1))) return false;
  *number = text->substr(at + 1);
  *text = text->substr(0, at);
  return true;
}

bool CutNumber(char mark, std::string_view* text) {
  std::string_view ignored;
  return CutNumber(mark, text, &ignored);
}

// Splits a name of Keras 1, such as "fc1_W_1".
std::string OldRole(std::string_view group, std::string_view weight) {
  if (weight.size() > group.size() && weight.starts_with(group) && weight[group.size()] == '_') {
    weight.remove_prefix(group.size() + 1);
  }
  std::string_view role = weight;
  if (Find(kRoles, role) == nullptr) CutNumber('_', &role);
  const Spelling* known = Find(kRoles, role);
  return std::string(known == nullptr ? weight : known->now);
}

bool IsLastPartOf(std::string_view path, std::string_view group) {
  return path == group || (path.ends_with(group) && path[path.size() - group.size() - 1] == '/');
}

// The paths of the weights within each group.
using Paths = std::map<std::string_view, std::set<std::string_view>>;

std::string_view Folder(std::string_view weight) {
  return weight.substr(0, std::min(weight.rfind('/'), weight.size()));
}

Name Parse(std::string_view group, std::string_view weight, const Paths& paths) {
  const bool keras2 = CutNumber(':', &weight);
  const size_t slash = weight.rfind('/');
  if (slash == weight.npos) return {std::string(group), OldRole(group, weight)};
  const std::string role(weight.substr(slash + 1));
  std::string_view path = weight.substr(0, slash), unnumbered = path;
  // A nested model may have layers conv and conv_1; the weights of one layer share one path.
  const bool again = keras2 && paths.at(group).size() == 1 && CutNumber('_', &unnumbered);
  if (IsLastPartOf(path, group) || (again && IsLastPartOf(unnumbered, group))) return {std::string(group), role};
  if (!keras2) {
    path = path.substr(path.rfind('/') + 1);  // layers of Keras 3 have no '/' in their names
  } else if (path.size() > group.size() && path.starts_with(group) && path[group.size()] == '/') {
    path.remove_prefix(group.size() + 1);
  }
  return {std::string(path), role};
}

// Returns the new names of automatically named layers.
std::map<std::string, std::string> Renumbered(const std::vector<Name>& names) {
  std::map<std::string_view, std::set<std::pair<uint64_t, std::string>>> layers;  // by kind
  for (const Name& name : names) {
    std::string_view kind = name.layer, number = "0";
    if (Find(kKinds, kind) == nullptr && (!CutNumber('_', &kind, &number) || number.front() == '0')) continue;
    const Spelling* known = Find(kKinds, kind);
    if (known != nullptr) layers[known->now].emplace(std::stoull(std::string(number)), name.layer);
  }
  std::map<std::string, std::string> renumbered;
  for (const auto& [kind, numbered] : layers) {
    size_t next = 0;
    for (const auto& [number, layer] : numbered) {
      renumbered[layer] = std::string(kind) + (next == 0 ? "" : "_" + std::to_string(next));
      ++next;
    }
  }
  return renumbered;
}

}  // namespace

std::vector<std::string> KerasTensorNames(const std::vector<KerasWeight>& weights) {
  Paths paths;
  for (const auto& [group, weight] : weights) paths[group].insert(Folder(weight));
  std::vector<Name> names;
  for (const auto& [group, weight] : weights) names.push_back(Parse(group, weight, paths));
  const std::map<std::string, std::string> renumbered = Renumbered(names);
  std::vector<std::string> joined;
  for (const Name& name : names) {
    const auto found = renumbered.find(name.layer);
    joined.push_back((found == renumbered.end() ? name.layer : found->second) + "/" + name.role);
  }
  return joined;
}

}  // namespace train
