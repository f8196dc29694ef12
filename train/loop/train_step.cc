#include "train/loop/train_step.h"

#include <ATen/Context.h>

#include "dataset/base/random.h"

namespace train {

using torch::Tensor;

namespace {

// libtorch's generator drives dropout; reseeding it each step makes a resume exact.
void SeedGenerator(uint64_t seed, uint64_t step) {
  dataset::Rng rng(seed, dataset::Domain::kStep, static_cast<uint32_t>(step >> 32), static_cast<uint32_t>(step));
  const uint64_t low = rng.Word(), high = rng.Word();
  at::manual_seed(high << 32 | low);
}

}  // namespace

TrainStep::TrainStep(Classifier& model, const TrainStepOptions& options)
    : model_(model), options_(options), mover_(options.compute, options.normalization) {}

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

TrainStep::Result TrainStep::Run(const dataset::Batch& batch, Trainable trainable, uint64_t step, double learning_rate,
                                 Optimizer& optimizer) {
  SeedGenerator(options_.seed, step);
  const BatchMover::Result input = mover_.Move(batch);
  const Tensor logits = Forward(input.pixels, trainable);
  const Tensor loss = LossOf(options_.loss, logits, input.targets, options_.classes, options_.label_smoothing);
  loss.backward();
  optimizer.Step(learning_rate);
  Result result;
  result.loss = loss.item<double>();
  result.correct = static_cast<uint64_t>(
      LogProbabilities(options_.loss, logits.detach()).argmax(1).eq(input.labels).sum().item<int64_t>());
  return result;
}

}  // namespace train
