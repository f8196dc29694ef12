#include "train/network/compute.h"

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include "dataset/base/error.h"

namespace train {
namespace {

struct Autocast {
  bool enabled;
  at::ScalarType dtype;
  bool operator==(const Autocast&) const = default;
};

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
Autocast Now(torch::DeviceType device) {
  return {at::autocast::is_autocast_enabled(device), at::autocast::get_autocast_dtype(device)};
}
void Set(torch::DeviceType device, const Autocast& state) {
  at::autocast::set_autocast_enabled(device, state.enabled);
  at::autocast::set_autocast_dtype(device, state.dtype);
}
// A type of arithmetic that is not the scope's.
at::ScalarType Other(torch::DeviceType) { return at::kHalf; }
#else
at::ScalarType Other(torch::DeviceType device) {
  return device == torch::kCUDA ? at::kHalf : at::kBFloat16;  // the only one that a processor has
}
Autocast Now(torch::DeviceType device) {
  if (device == torch::kCUDA) return {at::autocast::is_enabled(), at::autocast::get_autocast_gpu_dtype()};
  return {at::autocast::is_cpu_enabled(), at::autocast::get_autocast_cpu_dtype()};
}
void Set(torch::DeviceType device, const Autocast& state) {
  if (device == torch::kCUDA) {
    at::autocast::set_enabled(state.enabled);
    at::autocast::set_autocast_gpu_dtype(state.dtype);
  } else {
    at::autocast::set_cpu_enabled(state.enabled);
    at::autocast::set_autocast_cpu_dtype(state.dtype);
  }
}
#endif

// Flags alone: no device is touched.
class AutocastScopeTest : public ::testing::TestWithParam<torch::DeviceType> {
 protected:
  ~AutocastScopeTest() override {
    Set(torch::kCPU, cpu_);
    Set(torch::kCUDA, cuda_);
  }
  Compute Of(Precision precision) const { return {torch::Device(GetParam(), 0), precision}; }
  torch::DeviceType other() const { return GetParam() == torch::kCPU ? torch::kCUDA : torch::kCPU; }

  static constexpr Autocast kBf16{true, at::kBFloat16};
  const Autocast cpu_ = Now(torch::kCPU), cuda_ = Now(torch::kCUDA);
};

TEST_P(AutocastScopeTest, RestoresWhatWas) {
  for (const Autocast& before :
       {Autocast{false, Other(GetParam())}, Autocast{true, Other(GetParam())}, Autocast{false, at::kBFloat16}}) {
    Set(GetParam(), before);
    Set(other(), {true, Other(other())});
    {
      const AutocastScope scope(Of(Precision::kBf16));
      EXPECT_EQ(Now(GetParam()), kBf16);
      EXPECT_EQ(Now(other()), (Autocast{true, Other(other())}));
    }
    EXPECT_EQ(Now(GetParam()), before);
    EXPECT_EQ(Now(other()), (Autocast{true, Other(other())}));
  }
}

TEST_P(AutocastScopeTest, Nests) {
  Set(GetParam(), {false, Other(GetParam())});
  {
    const AutocastScope outer(Of(Precision::kBf16));
    {
      const AutocastScope inner(Of(Precision::kBf16));
      EXPECT_EQ(Now(GetParam()), kBf16);
    }
    EXPECT_EQ(Now(GetParam()), kBf16);
    {
      const AutocastScope exact(Of(Precision::kFp32));
      EXPECT_FALSE(Now(GetParam()).enabled);
    }
    EXPECT_EQ(Now(GetParam()), kBf16);
  }
  EXPECT_EQ(Now(GetParam()), (Autocast{false, Other(GetParam())}));
}

TEST(AutocastFp16Test, HasItsType) {
  const Autocast before = Now(torch::kCUDA);
  {
    const AutocastScope scope({torch::Device(torch::kCUDA, 0), Precision::kFp16});
    EXPECT_EQ(Now(torch::kCUDA), (Autocast{true, at::kHalf}));
  }
  EXPECT_EQ(Now(torch::kCUDA), before);
}

TEST(ResolveComputeTest, Fp16IsForAGpu) {
  try {
    ResolveCompute(DeviceKind::kCpu, Precision::kFp16);
    FAIL() << "no error";
  } catch (const dataset::Error& error) {
    EXPECT_STREQ(error.what(), "`precision` fp16 is for a GPU; on a processor use auto, fp32 or bf16");
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, AutocastScopeTest, ::testing::Values(torch::kCPU, torch::kCUDA),
                         [](const auto& parameter) { return parameter.param == torch::kCPU ? "cpu" : "cuda"; });

}  // namespace
}  // namespace train
