#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "dataset/base/error.h"
#include "tests/train/fake_link.h"
#include "tests/train/memory_source.h"
#include "tests/train/models.h"
#include "train/device/device_queue.h"
#include "train/loop/train_step.h"
#include "train/loop/trainer.h"

namespace train {
namespace {

using torch::Tensor;

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
#define ALLOCATE_CONST
#else
#define ALLOCATE_CONST const
#endif

// A memory of `limit` bytes for the tensors that are made while it lives. They may live longer.
class SmallMemory : public c10::Allocator {
 public:
  SmallMemory() {
    held = greatest = 0;
    failures = 0;
    limit = SIZE_MAX;
    c10::SetCPUAllocator(this, 1);
  }
  ~SmallMemory() override { c10::SetCPUAllocator(whole_, 1); }
  c10::DataPtr allocate(size_t bytes) ALLOCATE_CONST override {
    if (held + bytes > limit) {
      ++failures;
      C10_THROW_ERROR(OutOfMemoryError, "the test's memory is out");
    }
    greatest = std::max(greatest, held += bytes);
    // The size stands before the data.
    auto* const data = static_cast<char*>(std::aligned_alloc(kAlignment, (bytes / kAlignment + 2) * kAlignment));
    *reinterpret_cast<size_t*>(data) = bytes;
    return {data + kAlignment, data + kAlignment, &Free, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &Free; }
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  void copy_data(void* to, const void* from, size_t bytes) const override { default_copy_data(to, from, bytes); }
#endif

  static inline size_t limit, held, greatest;
  static inline int failures;

 private:
  static constexpr size_t kAlignment = 64;
  static void Free(void* data) {
    char* const begin = static_cast<char*>(data) - kAlignment;
    held -= *reinterpret_cast<size_t*>(begin);
    std::free(begin);
  }
  c10::Allocator* whole_ = c10::GetCPUAllocator();
};

// Steps of 16 pictures of a network that keeps its statistics of norms.
class MicroBatchTest : public ::testing::Test {
 protected:
  static constexpr int kSide = 16, kClasses = 4, kSamples = 16;
  static constexpr Trainable kTrainable = Trainable::kAllFrozenNorms;

  MicroBatchTest() {
    options_.classes = kClasses;
    options_.seed = 11;
    options_.normalization.mean = options_.normalization.stddev = {127.5f};
  }

  // A training from its beginning.
  struct Training {
    Training(TrainStepOptions options, double dropout)
        : model(testing::DefaultModel("small_cnn", kClasses, kSide, dropout), Initialization::kHe, 4),
          step((model.SetTrainable(kTrainable), model), options),
          optimizer({.kind = OptimizerKind::kMomentum}, OptimizedParametersOf(model)) {}
    // A step of one epoch's batches, by way of a device if there is a link.
    TrainStep::Result Run(testing::MemoryStream stream, uint32_t epoch, DeviceLink* link = nullptr) {
      const BatchStream batches = stream.Stream();
      const auto source = batches.open(epoch, 0, InputSize::kFull);
      const std::unique_ptr<DeviceLink> own = MakeDeviceLink(torch::kCPU);
      DeviceQueue queue(*source, link != nullptr ? *link : *own,
                        [&](const dataset::Batch& batch) { return step.mover().HostTensors(batch); });
      for (uint64_t i = 0; i < batches.batches; ++i) step.Add(*queue.Next(), epoch * 100 + i);
      return step.End(0.1, optimizer);
    }
    std::vector<Tensor> Weights() {
      std::vector<Tensor> weights;
      for (const auto& item : model.State()) weights.push_back(item.tensor.detach().clone());
      return weights;
    }
    Classifier model;
    TrainStep step;
    Optimizer optimizer;
  };

  static testing::MemoryStream Batches(int of) { return {kSamples, kSide, of, true}; }

  // The memory that a training needs by parts of so many samples, but not by more of them.
  size_t MemoryFor(uint32_t part, double dropout = 0) {
    const auto greatest = [&](uint32_t size) {
      SmallMemory memory;
      Training training(options_, dropout);
      training.step.Set({.micro_batch = size});
      training.Run(Batches(16), 0);
      return SmallMemory::greatest;
    };
    const size_t bytes = greatest(part);
    EXPECT_LT(bytes, greatest(2 * part));
    return bytes;
  }

  static void ExpectEqual(const std::vector<Tensor>& got, const std::vector<Tensor>& wanted) {
    ASSERT_EQ(got.size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) EXPECT_TRUE(got[i].equal(wanted[i])) << i;
  }

  TrainStepOptions options_;
};

TEST_F(MicroBatchTest, OutOfMemoryHalvesItAndTheStepIsThatOfAccumulation) {
  for (const auto& weights : {std::vector<double>(), std::vector<double>{1, 0.5, 2, 0}}) {
    options_.class_weights = weights;
    const size_t four = MemoryFor(4);
    options_.accumulate = 4;
    Training parts(options_, 0);
    const TrainStep::Result wanted = parts.Run(Batches(4), 0);
    options_.accumulate = 1;
    Training whole(options_, 0);
    whole.Run(Batches(16), 0);
    SmallMemory memory;
    Training training(options_, 0);
    SmallMemory::limit = four;
    const TrainStep::Result got = training.Run(Batches(16), 0);
    SmallMemory::limit = SIZE_MAX;
    EXPECT_EQ(training.step.micro_batch(), 4u);
    EXPECT_EQ(SmallMemory::failures, 2);
    EXPECT_EQ(got.loss, wanted.loss);
    EXPECT_EQ(got.correct, wanted.correct);
    EXPECT_EQ(got.samples, kSamples);
    ExpectEqual(training.Weights(), parts.Weights());
    const std::vector<Tensor> once = whole.Weights(), often = training.Weights();
    for (size_t i = 0; i < once.size(); ++i) EXPECT_TRUE(torch::allclose(often[i], once[i], 1e-4, 1e-6)) << i;
  }
}

// Also the random numbers of a step that was tried before.
TEST_F(MicroBatchTest, IsRememberedAndAResumeRepeatsTheBytes) {
  const size_t four = MemoryFor(4, 0.5);
  std::vector<Tensor> wanted;
  StepState state;
  {
    SmallMemory memory;
    Training training(options_, 0.5);
    SmallMemory::limit = four;
    for (uint32_t epoch = 0; epoch < 3; ++epoch) training.Run(Batches(16), epoch);
    EXPECT_EQ(SmallMemory::failures, 2);
    SmallMemory::limit = SIZE_MAX;
    wanted = training.Weights();
    state = training.step.state();
  }
  EXPECT_EQ(state.micro_batch, 4u);
  Training resumed(options_, 0.5);
  resumed.step.Set(state);
  for (uint32_t epoch = 0; epoch < 3; ++epoch) resumed.Run(Batches(16), epoch);
  ExpectEqual(resumed.Weights(), wanted);
}

TEST_F(MicroBatchTest, ASmallBatchIsComputedAsItIs) {
  Training plain(options_, 0.5), training(options_, 0.5);
  training.step.Set({.micro_batch = 8});
  for (Training* each : {&plain, &training}) each->Run({5, kSide, 16, true}, 0);
  ExpectEqual(training.Weights(), plain.Weights());
}

// A step has a batch before the one that does not fit: its gradients are made anew.
TEST_F(MicroBatchTest, BatchesBeforeCountOnce) {
  const size_t four = MemoryFor(4);
  options_.accumulate = 4;
  Training parts(options_, 0);
  const TrainStep::Result wanted = parts.Run({16, kSide, 4, false}, 0);
  options_.accumulate = 2;
  SmallMemory memory;
  Training training(options_, 0);
  testing::FakeLink link;
  testing::MemoryStream stream(16, kSide, 8, false);
  const auto source = stream.Stream().open(0, 0, InputSize::kFull);
  DeviceQueue queue(*source, link,
                    [&](const dataset::Batch& batch) { return training.step.mover().HostTensors(batch); });
  training.step.Add(*queue.Next(), 0);
  EXPECT_EQ(training.step.micro_batch(), 0u);
  SmallMemory::limit = four;
  training.step.Add(*queue.Next(), 1);
  EXPECT_EQ(training.step.micro_batch(), 4u);
  const TrainStep::Result got = training.step.End(0.1, training.optimizer);
  SmallMemory::limit = SIZE_MAX;
  EXPECT_EQ(got.loss, wanted.loss);
  EXPECT_EQ(got.samples, 16);
  ExpectEqual(training.Weights(), parts.Weights());
}

TEST_F(MicroBatchTest, WhatDoesNotHelpIsAnError) {
  const size_t one = MemoryFor(1), two = MemoryFor(2);
  const auto message = [](const auto& run) {
    try {
      run();
    } catch (const dataset::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  {
    SmallMemory memory;
    Training training(options_, 0);
    SmallMemory::limit = one - 1;
    EXPECT_NE(message([&] { training.Run(Batches(16), 0); }).find("out of memory with one picture at a time"),
              std::string::npos);
  }
  options_.accumulate = 2;
  SmallMemory memory;
  Training training(options_, 0);
  SmallMemory::limit = two;
  // The processor's batches are given back.
  testing::MemoryStream stream(4, kSide, 2, false);
  const auto source = stream.Stream().open(0, 0, InputSize::kFull);
  training.step.Add(*source->Next(), 0);
  SmallMemory::limit = one;
  EXPECT_NE(message([&] { training.step.Add(*source->Next(), 1); }).find("`batch_size` with more"), std::string::npos);
}

class Recorder : public TrainObserver {
 public:
  void OnStep(const StepReport& report) override { losses.push_back(report.loss); }
  void OnFinding(const Finding& finding) override { findings.push_back(finding); }
  void OnCheckpoint(const TrainState& now, const Learned&) override { state = now; }
  std::vector<double> losses;
  std::vector<Finding> findings;
  TrainState state;
};

TEST_F(MicroBatchTest, ATrainerTellsOfItAndNotesIt) {
  TrainerOptions options;
  options.phases = {{.kind = PhaseKind::kFinetune, .epochs = 2, .trainable = kTrainable}};
  options.normalization = options_.normalization;
  const auto fit = [&](size_t limit, uint32_t part) {
    Recorder recorder;
    SmallMemory memory;
    SmallMemory::limit = limit;
    Classifier model(testing::DefaultModel("small_cnn", kClasses, kSide, 0.5), Initialization::kHe, 4);
    testing::MemoryStream train(48, kSide, 16, true), val(4, kSide, 4, false);
    Trainer trainer(model, options, train.Stream(), val.Stream(), kClasses, {&recorder});
    TrainState from;
    from.micro_batch = part;
    trainer.Fit(from, {});
    return recorder;
  };
  const Recorder parts = fit(SIZE_MAX, 8);
  EXPECT_TRUE(parts.findings.empty());
  EXPECT_EQ(parts.state.micro_batch, 8u);
  const Recorder found = fit(SmallMemory::greatest, 0);
  EXPECT_EQ(SmallMemory::failures, 1);
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(found.findings[0].kind, FindingKind::kOutOfMemory);
  EXPECT_TRUE(found.findings[0].text.starts_with("out of memory: the 16 pictures of a batch are computed 8 at a time"))
      << found.findings[0].text;
  EXPECT_EQ(found.state.micro_batch, 8u);
  EXPECT_EQ(found.losses, parts.losses);
}

}  // namespace
}  // namespace train
