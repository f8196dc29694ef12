#include "train/loop/train_state.h"

#include <cmath>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/proto_json.h"
#include "proto/train_state.pb.h"

namespace train {

std::string FormatTrainState(const TrainState& state) {
  dstools::TrainState message;
  message.set_format_version(1);
  message.set_complete(state.complete);
  message.set_phase(std::string(dataset::NameOf(state.phase)));
  message.set_epoch(state.epoch);
  message.set_batch(state.batch);
  message.set_step(state.step);
  message.set_loss_sum(state.loss_sum);
  message.set_correct(state.correct);
  message.set_samples(state.samples);
  message.set_epoch_seconds(state.epoch_seconds);
  message.set_total_seconds(state.total_seconds);
  message.set_best_accuracy(state.best_accuracy);
  message.set_best_epoch(state.best_epoch);
  message.set_best_loss(state.best_loss);
  message.set_metrics_bytes(state.metrics_bytes);
  for (const auto& [name, value] : state.options) (*message.mutable_options())[name] = value;
  message.set_dataset(state.dataset);
  message.set_dataset_content(state.dataset_content);
  return dataset::FormatProtoJson(message);
}

TrainState ParseTrainState(std::string_view json, const std::string& file) {
  dstools::TrainState message;
  dataset::ParseProtoJson(json, file, &message);
  if (message.format_version() != 1) {
    throw dataset::Error(file,
                         "has format version " + std::to_string(message.format_version()) + "; this program reads 1");
  }
  TrainState state;
  state.complete = message.complete();
  const auto phase = dataset::ParseName<PhaseKind>(message.phase());
  if (!phase) throw dataset::Error(file, "has a phase that is neither " + dataset::ListNames<PhaseKind>());
  state.phase = *phase;
  state.epoch = message.epoch();
  state.batch = message.batch();
  state.step = message.step();
  state.loss_sum = message.loss_sum();
  state.correct = message.correct();
  state.samples = message.samples();
  state.epoch_seconds = message.epoch_seconds();
  state.total_seconds = message.total_seconds();
  state.best_accuracy = message.best_accuracy();
  state.best_epoch = message.best_epoch();
  state.best_loss = message.best_loss();
  state.metrics_bytes = message.metrics_bytes();
  for (const double value :
       {state.loss_sum, state.epoch_seconds, state.total_seconds, state.best_accuracy, state.best_loss}) {
    if (!std::isfinite(value)) throw dataset::Error(file, "has a number that is not finite; it is damaged");
  }
  state.options = {message.options().begin(), message.options().end()};
  // The older name of an option.
  if (auto option = state.options.extract("framing")) {
    option.key() = "fit";
    state.options.insert(std::move(option));
  }
  state.dataset = message.dataset();
  state.dataset_content = message.dataset_content();
  return state;
}

}  // namespace train
