#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include "train/network/compute_choice.h"

namespace train {

// Where and how the arithmetic is done.
struct Compute {
  c10::Device device = c10::kCPU;
  Precision precision = Precision::kFp32;  // never kAuto
};

// Throws dataset::Error::Usage if this machine or this libtorch cannot do what is asked for.
Compute ResolveCompute(DeviceKind device, Precision precision);
DeviceKind KindOf(const c10::Device& device);  // kCpu or kCuda

int DefaultComputeThreads();  // one per core
int DefaultLoaderThreads();   // one per core, at most 16

// Sets how many threads libtorch uses for one operation, and makes the process keep freed memory: activations take tens
// of MB each, and returning them to the system after each step would cost more than the arithmetic on them. Must be
// called once, before the first tensor is made.
void PrepareProcess(int compute_threads, Deterministic deterministic = Deterministic::kYes);

// While the object lives, convolutions and products of this thread on compute.device run in bf16 or fp16 if
// compute.precision says so, otherwise in fp32; weights stay fp32. The destructor restores libtorch's previous autocast
// state, so scopes may be nested, and must end in reverse order.
class AutocastScope {
 public:
  explicit AutocastScope(const Compute& compute);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  c10::DeviceType device_;
  bool was_enabled_;
  c10::ScalarType dtype_before_;
};

}  // namespace train
