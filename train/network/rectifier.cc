#include "train/network/rectifier.h"

#include <torch/csrc/autograd/custom_function.h>

#include "train/network/rectifier_kernel.h"
#include "train/network/tensor_pieces.h"

namespace train {

using torch::Tensor;

namespace {

uint16_t LimitOf(Rectifier rectifier) { return rectifier == Rectifier::kRelu6 ? kBfloat16Six : kBfloat16Infinity; }

// Writes to `out`, which is allocated if it is undefined.
Tensor Values(const Tensor& x, uint16_t limit, const Tensor& out) {
  auto tensors = at::TensorIteratorConfig().set_check_mem_overlap(false).add_output(out).add_input(x).build();
  ForPiecesOf<uint16_t, 1>(
      tensors, [limit](const uint16_t* in, size_t count, uint16_t* to) { RectifiedValues(in, count, limit, to); });
  return tensors.output();
}

Tensor Gradients(const Tensor& y, const Tensor& dy, uint16_t limit) {
  const Tensor out;
  auto tensors = at::TensorIteratorConfig().add_output(out).add_input(y).add_input(dy).build();
  ForPiecesOf<uint16_t, 2>(tensors, [limit](const uint16_t* at, const uint16_t* slope, size_t count, uint16_t* to) {
    RectifiedGradients(at, slope, count, limit, to);
  });
  return tensors.output();
}

class RectifierFunction : public torch::autograd::Function<RectifierFunction> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, Rectifier rectifier,
                        bool may_overwrite) {
    const Tensor y = Values(x, LimitOf(rectifier), may_overwrite ? x : Tensor());
    if (may_overwrite) context->mark_dirty({x});
    context->save_for_backward({y});
    context->saved_data["limit"] = static_cast<int64_t>(LimitOf(rectifier));
    return may_overwrite ? x : y;
  }
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               torch::autograd::tensor_list gradients) {
    const Tensor y = context->get_saved_variables().front();
    const auto limit = static_cast<uint16_t>(context->saved_data["limit"].toInt());
    return {Gradients(y, gradients.front().to(y.scalar_type()), limit), {}, {}};
  }
};

}  // namespace

Tensor Rectify(Rectifier rectifier, Tensor x, bool may_overwrite) {
  if (x.is_cpu() && x.scalar_type() == torch::kBFloat16) {
    if (torch::GradMode::is_enabled() && x.requires_grad()) {
      return RectifierFunction::apply(x, rectifier, may_overwrite);
    }
    return Values(x, LimitOf(rectifier), may_overwrite ? x : Tensor());
  }
  if (rectifier == Rectifier::kRelu6) return may_overwrite ? torch::hardtanh_(x, 0, 6) : torch::hardtanh(x, 0, 6);
  return may_overwrite ? x.relu_() : x.relu();
}

}  // namespace train
