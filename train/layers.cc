#include "train/layers.h"

#include <array>
#include <cmath>
#include <string>
#include <variant>

#include "dataset/crc32c.h"
#include "dataset/random.h"

namespace train {

using torch::Tensor;

namespace {

Tensor FoldedConv(torch::nn::Conv2d& conv, torch::nn::BatchNorm2d& norm, const Tensor& x, at::IntArrayRef padding) {
  const Tensor scale = norm->weight * torch::rsqrt(norm->running_var + norm->options.eps());
  const Tensor bias = norm->bias - norm->running_mean * scale;
  return torch::conv2d(x, conv->weight * scale.view({-1, 1, 1, 1}), bias, conv->options.stride(), padding,
                       conv->options.dilation(), conv->options.groups());
}

int64_t SamePadding(int64_t size, int64_t kernel, int64_t stride) {
  const int64_t outputs = (size + stride - 1) / stride;
  return std::max<int64_t>((outputs - 1) * stride + kernel - size, 0);
}

}  // namespace

Tensor ConvNorm(torch::nn::Conv2d& conv, torch::nn::BatchNorm2d& norm, const Tensor& x) {
  if (norm->is_training()) return norm(conv(x));
  // Found by its argument: a variant of c10 in libtorch 1.13, of std today.
  const auto* padding = get_if<torch::ExpandingArray<2>>(&conv->options.padding());
  return FoldedConv(conv, norm, x, *padding);
}

Tensor SameConvNorm(torch::nn::Conv2d& conv, torch::nn::BatchNorm2d& norm, const Tensor& x) {
  const auto kernel = *conv->options.kernel_size(), stride = *conv->options.stride();
  const int64_t rows = SamePadding(x.size(2), kernel[0], stride[0]),
                columns = SamePadding(x.size(3), kernel[1], stride[1]);
  Tensor padded = x;
  std::array<int64_t, 2> padding = {rows / 2, columns / 2};
  if (rows % 2 != 0 || columns % 2 != 0) {
    padded = torch::constant_pad_nd(x, {columns / 2, columns - columns / 2, rows / 2, rows - rows / 2});
    padding = {0, 0};
  }
  if (!norm->is_training()) return FoldedConv(conv, norm, padded, padding);
  return norm(torch::conv2d(padded, conv->weight, {}, conv->options.stride(), padding, conv->options.dilation(),
                            conv->options.groups()));
}

Tensor Relu6(Tensor x) {
  // Debian's libtorch has no bf16 kernel for the gradient of hardtanh on the processor; clamp's is slower in fp32.
  if (x.scalar_type() == torch::kBFloat16 && x.is_cpu()) return x.clamp_(0, 6);
  return torch::hardtanh_(x, 0, 6);
}

void InitializeParameters(torch::nn::Module& module, const std::string& head, uint64_t seed) {
  torch::NoGradGuard no_grad;
  for (auto& item : module.named_parameters()) {
    const std::string& name = item.key();
    Tensor& parameter = item.value();
    if (parameter.dim() < 2) {
      // A norm's weight is the one-dimensional "weight".
      parameter.fill_(name.ends_with("weight") ? 1 : 0);
      continue;
    }
    const double deviation =
        name == head + ".weight" ? 0.01 : std::sqrt(2.0 / static_cast<double>(parameter[0].numel()));
    dataset::Rng rng(seed, dataset::Domain::kInit, 0, dataset::Crc32c(name));
    Tensor values = torch::empty(parameter.sizes(), torch::kFloat32);
    float* out = values.data_ptr<float>();
    for (int64_t i = 0; i < values.numel(); ++i) out[i] = static_cast<float>(deviation * rng.Normal());
    parameter.copy_(values);
  }
}

}  // namespace train
