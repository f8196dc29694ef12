// For benchmarks/gpu.py: the step of a training on one batch that stays on the device.
//
//   step_probe BACKBONE SIZE BATCH STEPS fp32|bf16|fp16 [auto|cpu|cuda]
//     prints images/s of the steps after as many others, with statistics of norms that stay as they are
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "tests/train/models.h"
#include "train/device/device_link.h"
#include "train/loop/step_results.h"
#include "train/loop/train_step.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/network/idle_threads.h"

namespace {

constexpr int kClasses = 2;
constexpr train::Trainable kTrainable = train::Trainable::kAllFrozenNorms;

double Measure(const std::vector<std::string>& words) {
  const int size = std::stoi(words[1]), samples = std::stoi(words[2]), steps = std::stoi(words[3]);
  train::PrepareProcess(train::DefaultComputeThreads(), train::Deterministic::kNo);
  const auto device = words.size() > 5 ? dataset::ParseName<train::DeviceKind>(words[5]) : train::DeviceKind::kAuto;
  const train::Compute compute =
      train::ResolveCompute(device.value(), dataset::ParseName<train::Precision>(words[4]).value());
  train::Classifier model(train::testing::DefaultModel(words[0], kClasses, size, 0), train::Initialization::kHe, 0);
  model.To(compute.device);
  model.SetTrainable(kTrainable);
  train::Optimizer optimizer({.kind = train::OptimizerKind::kAdam}, OptimizedParametersOf(model));
  train::TrainStepOptions options;
  options.label_smoothing = 0.1;
  options.classes = kClasses;
  options.compute = compute;
  options.normalization.mean = options.normalization.stddev = {127.5f, 127.5f, 127.5f};
  train::TrainStep step(model, options);
  const std::vector<int64_t> labels(static_cast<size_t>(samples), 1);
  const train::BatchTensors batch{
      .bytes = torch::randint(0, 256, {samples, size, size, 3}, torch::kUInt8).to(compute.device),
      .labels = torch::tensor(labels).to(compute.device),
      .targets = {},
      .scales = {},
      .shifts = {}};
  const std::unique_ptr<train::DeviceLink> link = train::MakeDeviceLink(compute.device);
  train::StepResults results(*link);
  uint64_t draw = 0;
  const auto run = [&] {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < steps; ++i) {
      train::AdaptIdleThreads();
      step.Add({.tensors = batch, .labels = labels, .ids = {}, .owned = true}, draw++);
      results.Add(step.Finish(1e-5, optimizer), {});
      if (results.unread() > 1) results.TakeOldest();
    }
    while (results.unread() > 0) results.TakeOldest();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  run();
  return steps * samples / run();
}

}  // namespace

int main(int count, char** words) {
  if (count < 6 || count > 7) {
    std::fprintf(stderr, "usage: step_probe BACKBONE SIZE BATCH STEPS fp32|bf16|fp16 [auto|cpu|cuda]\n");
    return 2;
  }
  try {
    std::printf("%.1f\n", Measure({words + 1, words + count}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "step_probe: %s\n", error.what());
    return 1;
  }
  return 0;
}
