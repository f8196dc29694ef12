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

int DefaultComputeThreads();  // one a core
int DefaultLoaderThreads();   // one a core, at most 16

// Sets libtorch's threads for one operation, and keeps freed memory in the process: activations are tens of MB each,
// and giving them back to the system after each step costs more than the arithmetic on them; its threads leave the cores
// to other processes where they wait (idle_threads.h). Once, at the start.
void PrepareProcess(int compute_threads);

// While it lives, convolutions and products run in bf16 if compute.precision says so; weights stay fp32.
class AutocastScope {
 public:
  explicit AutocastScope(const Compute& compute);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  bool on_;
};

}  // namespace train
