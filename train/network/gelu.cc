#include "train/network/gelu.h"

#include <torch/csrc/autograd/custom_function.h>

#include "train/network/gelu_kernel.h"
#include "train/network/tensor_pieces.h"

namespace train {

using torch::Tensor;

namespace {

// Calls kernel(inputs..., count, out) for contiguous pieces, on libtorch's threads. The kernel gets bf16 as bits.
template <size_t kInputs, typename Kernel>
void ForPieces(at::TensorIterator& tensors, const Kernel& kernel) {
  if (tensors.dtype(1) == torch::kFloat32) {
    ForPiecesOf<float, kInputs>(tensors, kernel);
  } else {
    ForPiecesOf<uint16_t, kInputs>(tensors, kernel);
  }
}

// Writes to `out`, which is allocated if it is undefined.
Tensor Values(const Tensor& x, const Tensor& out) {
  auto tensors = at::TensorIteratorConfig().set_check_mem_overlap(false).add_output(out).add_input(x).build();
  ForPieces<1>(tensors, [](auto* in, size_t count, auto* to) { GeluValues(in, count, to); });
  return tensors.output();
}

Tensor Gradients(const Tensor& x, const Tensor& dy) {
  const Tensor out;
  auto tensors = at::TensorIteratorConfig().add_output(out).add_input(x).add_input(dy).build();
  ForPieces<2>(tensors, [](auto* at, auto* slope, size_t count, auto* to) { GeluGradients(at, slope, count, to); });
  return tensors.output();
}

class GeluFunction : public torch::autograd::Function<GeluFunction> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x) {
    context->save_for_backward({x});
    return Values(x, {});
  }
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               torch::autograd::tensor_list gradients) {
    const Tensor x = context->get_saved_variables().front();
    return {Gradients(x, gradients.front().to(x.scalar_type()))};
  }
};

}  // namespace

Tensor Gelu(Tensor x, bool may_overwrite) {
  const bool is_ours = x.is_cpu() && (x.scalar_type() == torch::kFloat32 || x.scalar_type() == torch::kBFloat16);
  if (!is_ours) return torch::gelu(x);
  if (torch::GradMode::is_enabled() && x.requires_grad()) return GeluFunction::apply(x);
  return Values(x, may_overwrite ? x : Tensor());
}

}  // namespace train
