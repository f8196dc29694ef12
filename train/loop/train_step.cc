#include "train/loop/train_step.h"

#include <ATen/Context.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/random.h"
#include "train/device/out_of_memory.h"

namespace train {

using torch::Tensor;

namespace {

// libtorch's generator drives dropout; reseeding it for each batch makes a resume exact.
void SeedGenerator(uint64_t seed, uint64_t draw) {
  dataset::Rng rng(seed, dataset::Domain::kStep, static_cast<uint32_t>(draw >> 32), static_cast<uint32_t>(draw));
  const uint64_t low = rng.Word(), high = rng.Word();
  at::manual_seed(high << 32 | low);
}

}  // namespace

TrainStep::TrainStep(Classifier& model, const TrainStepOptions& options)
    : model_(model),
      options_(options),
      mover_(options.compute, options.normalization),
      criterion_({.loss = options.loss,
                  .classes = options.classes,
                  .label_smoothing = options.label_smoothing,
                  .class_weights = options.class_weights,
                  .focal = options.focal},
                 options.compute.device) {
  if (options.scaling == LossScaling::kAlways || options.compute.precision == Precision::kFp16) {
    loss_scale_.emplace(options.compute.device);
  }
  if (options.guard_statistics) gate_.emplace(model);
}

Tensor TrainStep::Forward(const Tensor& pixels, std::span<const uint32_t> ids, const FeatureTable* below) const {
  const AutocastScope autocast(options_.compute);
  Tensor values;
  {
    torch::NoGradGuard no_grad;
    values = below == nullptr ? model_.Below(pixels) : below->Of(ids, options_.compute.device);
  }
  return model_.Above(values);
}

// A batch that is no greater than a part is computed as it is.
void TrainStep::Compute(const Added& added) {
  const DeviceBatch& batch = added.batch;
  SeedGenerator(options_.seed, added.draw);
  const BatchMover::Result input = mover_.Prepare(batch.tensors);
  const int64_t samples = batch.size();
  const int64_t part = micro_batch_ == 0 ? samples : std::min<int64_t>(samples, micro_batch_);
  const double weight = criterion_.Weight(batch.labels, batch.tensors.targets.defined());
  // Batches of a step may differ in weight, so Finish divides by all of it.
  const bool sum = options_.accumulate > 1 || part < samples;
  for (int64_t begin = 0; begin < samples; begin += part) {
    const auto part_of = [&](const Tensor& all) {
      return part == samples || !all.defined() ? all : all.slice(0, begin, std::min(samples, begin + part));
    };
    const std::span<const uint32_t> ids = std::span(batch.ids).subspan(static_cast<size_t>(begin));
    const auto count = static_cast<size_t>(std::min(part, samples - begin));
    const Tensor logits = Forward(part_of(input.pixels), ids.first(count), added.below);
    const Tensor targets = part_of(input.targets);
    const Tensor loss = sum ? criterion_.Sum(logits, targets) : criterion_.Mean(logits, targets);
    (loss_scale_ ? loss * loss_scale_->factor() : loss).backward();
    const Tensor right = LogProbabilities(options_.loss, logits.detach()).argmax(1).eq(part_of(input.labels)).sum();
    const Tensor values =
        torch::stack({loss.detach().to(torch::kFloat64) * (sum ? 1 : weight), right.to(torch::kFloat64)});
    sums_.values = sums_.values.defined() ? sums_.values + values : values;
  }
  sums_.weight += weight;
  sums_.samples += batch.size();
  summed_ |= sum;
}

// Returns false if the memory ran out. Nothing that it held lives on then.
bool TrainStep::TryCompute(const Added& added) {
  try {
    Compute(added);
    return true;
  } catch (const std::exception& error) {
    if (!IsOutOfMemory(error)) throw;
  }
  return false;
}

void TrainStep::HalveMicroBatch(int size) {
  const uint32_t before = micro_batch_ == 0 ? static_cast<uint32_t>(size) : std::min<uint32_t>(micro_batch_, size);
  if (before <= 1) {
    throw dataset::Error(
        "out of memory with one picture at a time; a smaller `image_size`, or a smaller network, needs "
        "less of it");
  }
  if (given_back_) {
    throw dataset::Error("out of memory; a smaller `batch_size` with more `accumulate` makes the same steps with less");
  }
  micro_batch_ = (before + 1) / 2;
}

void TrainStep::Restart() {
  for (const auto& parameter : model_.TrainedParameters()) {
    if (parameter.tensor.grad().defined()) parameter.tensor.grad().zero_();
  }
  sums_ = {};
  summed_ = false;
}

void TrainStep::Add(DeviceBatch batch, uint64_t draw, const FeatureTable* below) {
  if (gate_ && sums_.samples == 0) gate_->Keep();
  Added added{std::move(batch), draw, below};
  bool done = TryCompute(added);
  while (!done) {
    HalveMicroBatch(added.batch.size());
    Restart();
    done = std::all_of(added_.begin(), added_.end(), [&](const Added& before) { return TryCompute(before); }) &&
           TryCompute(added);
  }
  if (options_.accumulate == 1) return;
  if (added.batch.owned) {
    added_.push_back(std::move(added));
  } else {
    given_back_ = true;
  }
}

void TrainStep::Add(const dataset::Batch& batch, uint64_t draw, const FeatureTable* below) {
  Add(DeviceBatch{.tensors = mover_.ToDevice(mover_.HostTensors(batch)),
                  .labels = {batch.labels.begin(), batch.labels.begin() + batch.valid},
                  .ids = {batch.ids.begin(), batch.ids.begin() + batch.valid}},
      draw, below);
}

StepSums TrainStep::Finish(double learning_rate, Optimizer& optimizer) {
  const double one_part = sums_.weight > 0 ? 1 / sums_.weight : 0;
  const Tensor is_open = FiniteGate::IsOpen(sums_.values.select(0, 0));
  StepControl control{.scale = summed_ ? one_part : 1, .finite = is_open};
  if (loss_scale_) {
    control.loss_scale = loss_scale_->factor();
    control.finite = is_open.logical_and(optimizer.GradientsAreFinite());
  }
  optimizer.Step(learning_rate, control);
  if (gate_) gate_->Settle(is_open);
  if (loss_scale_) loss_scale_->Update(control.finite);
  added_.clear();
  given_back_ = summed_ = false;
  return std::exchange(sums_, {});
}

TrainStep::Result TrainStep::ResultOf(const StepSums& sums, const Tensor& values) {
  const double* const of = values.data_ptr<double>();
  return {.loss = sums.weight > 0 ? of[0] / sums.weight : of[0],
          .correct = static_cast<uint64_t>(of[1]),
          .samples = sums.samples};
}

TrainStep::Result TrainStep::End(double learning_rate, Optimizer& optimizer) {
  const StepSums sums = Finish(learning_rate, optimizer);
  return ResultOf(sums, sums.values.to(torch::kCPU));
}

StepState TrainStep::state() const {
  return {micro_batch_, loss_scale_ ? std::optional(loss_scale_->state()) : std::nullopt};
}

void TrainStep::Set(const StepState& state) {
  micro_batch_ = state.micro_batch;
  if (loss_scale_ && state.loss_scale) loss_scale_->Set(*state.loss_scale);
}

}  // namespace train
