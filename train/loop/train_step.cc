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

void TrainStep::Add(const dataset::Batch& batch, Trainable trainable, uint64_t draw) {
  SeedGenerator(options_.seed, draw);
  const BatchMover::Result input = mover_.Move(batch);
  const Tensor logits = Forward(input.pixels, trainable);
  const Tensor loss = LossOf(options_.loss, logits, input.targets, options_.classes, options_.label_smoothing);
  // Batches of a step may differ in size, so their means are weighted, and End divides by all samples.
  (options_.accumulate == 1 ? loss : loss * batch.valid).backward();
  loss_sum_ += loss.item<double>() * batch.valid;
  sum_.correct += static_cast<uint64_t>(
      LogProbabilities(options_.loss, logits.detach()).argmax(1).eq(input.labels).sum().item<int64_t>());
  sum_.samples += batch.valid;
}

TrainStep::Result TrainStep::End(double learning_rate, Optimizer& optimizer) {
  optimizer.Step(learning_rate, options_.accumulate == 1 ? 1 : 1.0 / sum_.samples);
  Result result = std::exchange(sum_, {});
  result.loss = std::exchange(loss_sum_, 0) / result.samples;
  return result;
}

}  // namespace train
