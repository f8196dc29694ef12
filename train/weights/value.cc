#include "train/weights/value.h"

#include <algorithm>

namespace train {
namespace {

struct KnownGlobal {
  std::string_view name;
  Global global;
};

constexpr KnownGlobal kKnownGlobals[] = {
    {"argparse.Namespace", {Global::Kind::kNamespace}},
    {"collections.OrderedDict", {Global::Kind::kOrderedDict}},
    {"torch._utils._rebuild_tensor", {Global::Kind::kRebuildTensor}},
    {"torch._utils._rebuild_tensor_v2", {Global::Kind::kRebuildTensor}},
    {"torch._utils._rebuild_parameter", {Global::Kind::kRebuildParameter}},
    {"torch.BFloat16Storage", {Global::Kind::kStorage, DType::kBFloat16}},
    {"torch.BoolStorage", {Global::Kind::kStorage, DType::kBool}},
    {"torch.ByteStorage", {Global::Kind::kStorage, DType::kUint8}},
    {"torch.CharStorage", {Global::Kind::kStorage, DType::kInt8}},
    {"torch.DoubleStorage", {Global::Kind::kStorage, DType::kFloat64}},
    {"torch.FloatStorage", {Global::Kind::kStorage, DType::kFloat32}},
    {"torch.HalfStorage", {Global::Kind::kStorage, DType::kFloat16}},
    {"torch.IntStorage", {Global::Kind::kStorage, DType::kInt32}},
    {"torch.LongStorage", {Global::Kind::kStorage, DType::kInt64}},
    {"torch.ShortStorage", {Global::Kind::kStorage, DType::kInt16}},
};

}  // namespace

const Value* Dict::Find(std::string_view key) const {
  const auto found = std::find_if(items.rbegin(), items.rend(), [key](const auto& item) {
    const auto* name = item.first->template As<std::string_view>();
    return name != nullptr && *name == key;
  });
  return found == items.rend() ? nullptr : found->second;
}

const Global* FindGlobal(std::string_view name) {
  for (const KnownGlobal& known : kKnownGlobals) {
    if (known.name == name) return &known.global;
  }
  return nullptr;
}

}  // namespace train
