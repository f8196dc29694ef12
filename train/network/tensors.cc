#include "train/network/tensors.h"

#include <array>
#include <cstring>
#include <utility>

#include "dataset/base/error.h"

namespace train {

namespace {

constexpr std::array<std::pair<DType, torch::ScalarType>, 10> kTypes = {{
    {DType::kFloat32, torch::kFloat32},
    {DType::kFloat16, torch::kFloat16},
    {DType::kBFloat16, torch::kBFloat16},
    {DType::kFloat64, torch::kFloat64},
    {DType::kInt64, torch::kInt64},
    {DType::kInt32, torch::kInt32},
    {DType::kInt16, torch::kInt16},
    {DType::kInt8, torch::kInt8},
    {DType::kUint8, torch::kUInt8},
    {DType::kBool, torch::kBool},
}};

torch::ScalarType ScalarTypeOf(const TensorView& view) {
  for (const auto& [dtype, scalar] : kTypes) {
    if (dtype == view.dtype) return scalar;
  }
  throw dataset::Error("tensor '" + view.name + "' has a type that libtorch lacks");
}

}  // namespace

torch::Tensor Borrow(const TensorView& view) {
  if (reinterpret_cast<uintptr_t>(view.bytes.data()) % DTypeBytes(view.dtype) != 0) return AsTensor(view);
  return torch::from_blob(const_cast<char*>(view.bytes.data()), view.shape,
                          torch::TensorOptions().dtype(ScalarTypeOf(view)));
}

torch::Tensor AsTensor(const TensorView& view) {
  torch::Tensor tensor = torch::empty(view.shape, torch::TensorOptions().dtype(ScalarTypeOf(view)));
  // A view may have any alignment; the values of a tensor must be aligned.
  std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return tensor;
}

const TensorView& FittingTensor(const TensorFile& file, const std::string& name, at::IntArrayRef shape,
                                AllowedValues allowed) {
  const TensorView* view = file.Find(name);
  if (view == nullptr || at::IntArrayRef(view->shape) != shape) {
    throw dataset::Error(file.path(), "has no fitting '" + name + "'");
  }
  CheckValues(*view, allowed, file.path());
  return *view;
}

int64_t FittingCount(const TensorFile& file, const std::string& name) {
  const TensorView* view = file.Find(name);
  if (view == nullptr || view->dtype != DType::kInt64 || !view->shape.empty()) {
    throw dataset::Error(file.path(), "has no fitting '" + name + "'");
  }
  return AsTensor(*view).item<int64_t>();
}

TensorView AsView(const std::string& name, const torch::Tensor& tensor, std::vector<torch::Tensor>& storage) {
  storage.push_back(tensor.detach().to(torch::kCPU).contiguous());
  const torch::Tensor& copy = storage.back();
  for (const auto& [dtype, scalar] : kTypes) {
    if (scalar == copy.scalar_type()) {
      return {name, dtype, copy.sizes().vec(), {static_cast<const char*>(copy.data_ptr()), copy.nbytes()}};
    }
  }
  throw dataset::Error("tensor '" + name + "' has a type that weight files lack");
}

}  // namespace train
