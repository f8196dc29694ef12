#include "train/weights/state_dict.h"

#include <unordered_set>

#include "dataset/error.h"

namespace train {
namespace {

[[noreturn]] void Fail(const std::string& file, const std::string& cause) {
  throw dataset::Error({file, {}, {}}, cause);
}

NamedTensors TensorsOf(const Dict& dict) {
  std::map<std::string_view, const Value*> values;
  // To compare names takes as long as they are: one that is set again and again is known by its address.
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

}  // namespace

NamedTensors FindStateDict(const Value& root, const std::string& file) {
  const Dict* dict = root.As<Dict>();
  if (dict == nullptr) Fail(file, "holds no dict of tensors; save model.state_dict()");
  NamedTensors tensors = TensorsOf(*dict);
  for (const std::string_view wrapper : {"state_dict", "model_state_dict", "model"}) {
    if (!tensors.empty()) break;
    const Value* value = dict->Find(wrapper);
    const Dict* inner = value == nullptr ? nullptr : value->As<Dict>();
    if (inner != nullptr) tensors = TensorsOf(*inner);
  }
  if (tensors.empty())
    Fail(file, "holds no dict of tensors, not under 'state_dict', 'model_state_dict' or 'model' either");
  return tensors;
}

}  // namespace train
