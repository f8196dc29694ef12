#include "train/loop/train_step.h"

#include <ATen/Context.h>

#include <utility>

#include "dataset/base/random.h"

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
                 options.compute.device) {}

Tensor TrainStep::Forward(const Tensor& pixels, Trainable trainable) const {
  const AutocastScope autocast(options_.compute);
  if (trainable != Trainable::kHead) return model_.Forward(pixels);
  Tensor features;
  {
    torch::NoGradGuard no_grad;
    features = model_.Features(pixels);
  }
  return model_.Head(features);
}

void TrainStep::Add(const dataset::Batch& batch, Trainable trainable, uint64_t draw) {
  SeedGenerator(options_.seed, draw);
  const BatchMover::Result input = mover_.Move(batch);
  const Tensor logits = Forward(input.pixels, trainable);
  const double weight =
      criterion_.Weight({batch.labels.data(), static_cast<size_t>(batch.valid)}, !batch.targets.empty());
  // Batches of a step may differ in weight, so End divides by all of it.
  const Tensor loss =
      options_.accumulate == 1 ? criterion_.Mean(logits, input.targets) : criterion_.Sum(logits, input.targets);
  loss.backward();
  loss_sum_ += loss.item<double>() * (options_.accumulate == 1 ? weight : 1);
  weight_sum_ += weight;
  sum_.correct += static_cast<uint64_t>(
      LogProbabilities(options_.loss, logits.detach()).argmax(1).eq(input.labels).sum().item<int64_t>());
  sum_.samples += batch.valid;
}

TrainStep::Result TrainStep::End(double learning_rate, Optimizer& optimizer) {
  const double weight = std::exchange(weight_sum_, 0), loss_sum = std::exchange(loss_sum_, 0);
  const double one_part = weight > 0 ? 1 / weight : 0;
  optimizer.Step(learning_rate, options_.accumulate == 1 ? 1 : one_part);
  Result result = std::exchange(sum_, {});
  result.loss = weight > 0 ? loss_sum / weight : loss_sum;
  return result;
}

}  // namespace train
