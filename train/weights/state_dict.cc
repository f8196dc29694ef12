#include "train/weights/state_dict.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "train/weights/quote.h"

namespace train {
namespace {

// The keys of state_dicts, in the order in which they are tried.
constexpr std::string_view kWrappers[] = {"state_dict_ema",   "model_ema", "ema",         "state_dict",
                                          "model_state_dict", "model",     "model_state", "net"};

constexpr std::string_view kPrefixes[] = {"module.", "_orig_mod.", "model.", "net."};
constexpr std::string_view kAveragedCount = "n_averaged";  // beside the "module." of torch.optim.swa_utils

[[noreturn]] void Fail(const std::string& file, const std::string& cause) { throw dataset::Error(file, cause); }

NamedTensors TensorsOf(const Dict& dict) {
  std::map<std::string_view, const Value*> values;
  // A hostile file may set one long name many times. Its address is compared first, which is fast whatever its length.
  std::unordered_set<const Value*> seen;
  for (auto item = dict.items.rbegin(); item != dict.items.rend(); ++item) {
    const auto* name = item->first->As<std::string_view>();
    if (name != nullptr && seen.insert(item->first).second) values.try_emplace(*name, item->second);
  }
  NamedTensors tensors;
  for (const auto& [name, value] : values) {
    if (const Tensor* tensor = value->As<Tensor>()) tensors.emplace_hint(tensors.end(), name, tensor);
  }
  return tensors;
}

using NameList = std::vector<std::pair<std::string_view, const Tensor*>>;

bool TakeOff(std::string_view prefix, NameList* tensors) {
  const auto is_count = [](const auto& tensor) { return tensor.first == kAveragedCount; };
  const auto is_prefixed = [prefix](const auto& tensor) {
    return tensor.first.size() > prefix.size() && tensor.first.starts_with(prefix);
  };
  if (std::none_of(tensors->begin(), tensors->end(), is_prefixed)) return false;
  const auto fits = [&](const auto& tensor) { return is_prefixed(tensor) || is_count(tensor); };
  if (!std::all_of(tensors->begin(), tensors->end(), fits)) return false;
  std::erase_if(*tensors, is_count);
  for (auto& [name, tensor] : *tensors) name.remove_prefix(prefix.size());
  return true;
}

// Removing the same prefix from all names keeps them different and in order.
NamedTensors WithoutPrefixes(const NamedTensors& tensors) {
  NameList list(tensors.begin(), tensors.end());
  const auto take_off = [&list](std::string_view prefix) { return TakeOff(prefix, &list); };
  while (std::any_of(std::begin(kPrefixes), std::end(kPrefixes), take_off)) {
  }
  return {list.begin(), list.end()};
}

std::string Listed(const std::vector<std::string_view>& names, const std::string& last_word) {
  std::string list;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += i + 1 < names.size() ? ", " : " " + last_word + " ";
    list += Quote(names[i]);
  }
  return list;
}

// Returns the first few keys whose value is a dict with tensors.
std::vector<std::string_view> KeysWithTensors(const Dict& dict) {
  constexpr size_t kMaxKeys = 3;
  std::vector<std::string_view> keys;
  std::unordered_set<const Value*> seen;  // so that a dict that is there many times is searched once
  for (const auto& [key, value] : dict.items) {
    const auto* name = key->As<std::string_view>();
    const Dict* inner = value->As<Dict>();
    if (name == nullptr || inner == nullptr || !seen.insert(value).second || TensorsOf(*inner).empty()) continue;
    keys.push_back(*name);
    if (keys.size() == kMaxKeys) break;
  }
  return keys;
}

[[noreturn]] void FailWithoutTensors(const Dict& dict, const std::string& file) {
  const std::string wrappers = Listed({std::begin(kWrappers), std::end(kWrappers)}, "or");
  const std::vector<std::string_view> keys = KeysWithTensors(dict);
  if (keys.empty()) Fail(file, "holds no dict of tensors, not under " + wrappers + " either");
  Fail(file, "holds no dict of tensors under " + wrappers + ", but under " + Listed(keys, "and") +
                 "; `weights_key` chooses one");
}

}  // namespace

StateDict FindStateDict(const Value& root, std::string_view wanted, const std::string& file) {
  const Dict* dict = root.As<Dict>();
  if (dict == nullptr) Fail(file, "holds no dict of tensors; save model.state_dict()");
  const auto tensors_under = [dict](std::string_view key) {
    const Value* value = dict->Find(key);
    const Dict* inner = value == nullptr ? nullptr : value->As<Dict>();
    return inner == nullptr ? NamedTensors() : TensorsOf(*inner);
  };
  if (!wanted.empty()) {
    const NamedTensors tensors = tensors_under(wanted);
    if (!tensors.empty()) return {WithoutPrefixes(tensors), wanted, {}};
  }
  std::vector<std::pair<std::string_view, NamedTensors>> entries;
  size_t most = 0;
  for (const std::string_view wrapper : kWrappers) {
    NamedTensors tensors = tensors_under(wrapper);
    most = std::max(most, tensors.size());
    if (!tensors.empty()) entries.emplace_back(wrapper, std::move(tensors));
  }
  // What has fewer tensors than another entry is not the whole network: averages without statistics, say.
  std::erase_if(entries, [most](const auto& entry) { return entry.second.size() * 10 < most * 9; });
  StateDict found;
  if (!entries.empty()) {
    found = {WithoutPrefixes(entries.front().second), entries.front().first, {}};
    for (size_t i = 1; i < entries.size(); ++i) found.others.push_back(entries[i].first);
    return found;
  }
  const NamedTensors tensors = TensorsOf(*dict);
  if (tensors.empty()) FailWithoutTensors(*dict, file);
  found.tensors = WithoutPrefixes(tensors);
  return found;
}

}  // namespace train
