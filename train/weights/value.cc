#include "train/weights/value.h"

#include <algorithm>
#include <iterator>

namespace train {
namespace {

struct KnownGlobal {
  std::string_view name;
  Global global;
};

constexpr KnownGlobal kKnownGlobals[] = {
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

// Inert globals make what training scripts keep beside the weights: options, paths, metrics, the state of optimizers,
// schedulers and random generators.
constexpr std::string_view kInertGlobals[] = {
    "_codecs.encode",
    "__builtin__.dict",
    "__builtin__.float",
    "__builtin__.frozenset",
    "__builtin__.int",
    "__builtin__.list",
    "__builtin__.set",
    "argparse.Namespace",
    "builtins.dict",
    "builtins.float",
    "builtins.frozenset",
    "builtins.int",
    "builtins.list",
    "builtins.set",
    "collections.Counter",
    "collections.defaultdict",
    "datetime.datetime",
    "datetime.timedelta",
    "datetime.timezone",
    "numpy._core.multiarray._reconstruct",
    "numpy._core.multiarray.scalar",
    "numpy.core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy.dtype",
    "numpy.ndarray",
    "pathlib.PosixPath",
    "pathlib.PurePosixPath",
    "pathlib.WindowsPath",
    "pathlib._local.PosixPath",
    "pathlib._local.WindowsPath",
    "torch.Size",
    "torch.bfloat16",
    "torch.bool",
    "torch.device",
    "torch.float16",
    "torch.float32",
    "torch.float64",
    "torch.int32",
    "torch.int64",
    "torch.torch_version.TorchVersion",
    "torch.uint8",
};
constexpr Global kInert = {Global::Kind::kInert};

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
  const bool inert = std::find(std::begin(kInertGlobals), std::end(kInertGlobals), name) != std::end(kInertGlobals);
  return inert ? &kInert : nullptr;
}

}  // namespace train
