#pragma once

#include <torch/torch.h>

#include <string>

namespace train {

enum class Precision { kFp32, kBf16 };

// Where and how the arithmetic is done, resolved from "auto".
struct Compute {
  torch::Device device = torch::kCPU;
  Precision precision = Precision::kFp32;
};

// device: auto (a GPU if libtorch sees one), cpu, cuda. precision: auto (bf16 where the device multiplies it in
// hardware), fp32, bf16. Throws dataset::Error::Usage for what this machine or this libtorch has not.
Compute ResolveCompute(const std::string& device, const std::string& precision);
std::string DeviceName(const Compute& compute);     // cpu, cuda
std::string PrecisionName(const Compute& compute);  // fp32, bf16

int DefaultComputeThreads();  // one per core
int DefaultLoaderThreads();   // one per core, at most 16

// Sets how many threads libtorch uses for one operation, and makes the process keep freed memory: activations take tens
// of MB each, and returning them to the system after each step would cost more than the arithmetic on them. Must be
// called once, before the first tensor is made.
void PrepareProcess(int compute_threads);

// While the object lives, convolutions and products of this thread on compute.device run in bf16 if compute.precision
// says so, otherwise in fp32; weights stay fp32. The destructor restores libtorch's previous autocast state, so scopes
// may be nested, and must end in reverse order.
class AutocastScope {
 public:
  explicit AutocastScope(const Compute& compute);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  torch::DeviceType device_;
  bool was_enabled_;
  at::ScalarType dtype_before_;
};

}  // namespace train
