#include "train/loop/train_state.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/proto_json.h"
#include "proto/train_state.pb.h"

namespace train {

namespace {

void SetResult(const ValResult& result, dstools::ValResult* message) {
  message->set_accuracy(result.accuracy);
  message->set_loss(result.loss);
  message->set_f1(result.f1);
}

}  // namespace

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
  message.set_wait_seconds(state.wait_seconds);
  message.set_learning_rate(state.learning_rate);
  message.set_best_accuracy(state.best_accuracy);
  message.set_best_epoch(state.best_epoch);
  message.set_best_loss(state.best_loss);
  message.set_best_f1(state.best_f1);
  message.set_best_weights(std::string(dataset::NameOf(state.best_weights)));
  message.mutable_averaged()->Add(state.averaged.begin(), state.averaged.end());
  for (const ScoredEpoch& kept : state.kept) {
    dstools::KeptEpoch* const item = message.add_kept();
    item->set_epoch(kept.epoch);
    SetResult(kept.result, item->mutable_result());
  }
  for (const ValResult& result : state.history) SetResult(result, message.add_history());
  message.mutable_phase_ends()->Add(state.phase_ends.begin(), state.phase_ends.end());
  if (state.time_plan) {
    dstools::TimePlan* const plan = message.mutable_time_plan();
    plan->set_begin(state.time_plan->begin);
    plan->set_end(state.time_plan->end);
    plan->set_position(state.time_plan->position);
    plan->set_val_seconds(state.time_plan->val_seconds);
  }
  message.set_clock_seconds(state.clock_seconds);
  if (state.stop) message.set_stop(std::string(dataset::NameOf(*state.stop)));
  message.set_micro_batch(state.micro_batch);
  message.set_loss_scale(state.loss_scale);
  message.set_loss_scale_steps(state.loss_scale_steps);
  if (state.divergences != DivergenceState()) {
    dstools::Divergences* const divergences = message.mutable_divergences();
    divergences->set_rate_factor(state.divergences.rate_factor);
    divergences->set_halvings(state.divergences.halvings);
    divergences->set_skipped(state.divergences.skipped);
    divergences->set_in_a_row(state.divergences.in_a_row);
  }
  message.set_metrics_bytes(state.metrics_bytes);
  for (const auto& [name, value] : state.options) (*message.mutable_options())[name] = value;
  message.set_dataset(state.dataset);
  message.set_dataset_content(state.dataset_content);
  return dataset::FormatProtoJson(message);
}

namespace {

void CheckFinite(std::initializer_list<double> values, const std::string& file) {
  for (const double value : values) {
    if (!std::isfinite(value)) throw dataset::Error(file, "has a number that is not finite; it is damaged");
  }
}

ValResult ResultOf(const dstools::ValResult& message, const std::string& file) {
  CheckFinite({message.accuracy(), message.loss(), message.f1()}, file);
  return {message.accuracy(), message.loss(), message.f1()};
}

// What the best weights are, and which others are kept.
void ParseWeights(const dstools::TrainState& message, const std::string& file, TrainState* state) {
  if (!message.best_weights().empty()) {
    const auto kind = dataset::ParseName<WeightsKind>(message.best_weights());
    if (!kind) {
      throw dataset::Error(file, "has best_weights that are neither " + dataset::ListNames<WeightsKind>());
    }
    state->best_weights = *kind;
  }
  state->averaged = {message.averaged().begin(), message.averaged().end()};
  for (const dstools::KeptEpoch& kept : message.kept()) {
    state->kept.push_back({kept.epoch(), ResultOf(kept.result(), file)});
  }
}

// What decides the steps to come by those that are done.
void ParseProgress(const dstools::TrainState& message, const std::string& file, TrainState* state) {
  const auto refuse = [&](const char* what) { throw dataset::Error(file, std::string(what) + "; it is damaged"); };
  if (static_cast<uint32_t>(message.history_size()) > state->epoch) refuse("has more results than epochs");
  for (const dstools::ValResult& result : message.history()) state->history.push_back(ResultOf(result, file));
  state->phase_ends = {message.phase_ends().begin(), message.phase_ends().end()};
  if (!std::is_sorted(state->phase_ends.begin(), state->phase_ends.end()) ||
      (!state->phase_ends.empty() && state->phase_ends.back() > state->epoch)) {
    refuse("has phases that end in the wrong order or after its epoch");
  }
  if (message.has_time_plan()) {
    const dstools::TimePlan& plan = message.time_plan();
    CheckFinite({plan.position(), plan.val_seconds()}, file);
    if (plan.end() <= plan.begin() || plan.position() < 0) refuse("has a time plan without steps");
    state->time_plan = {plan.begin(), plan.end(), plan.position(), plan.val_seconds()};
  }
  state->clock_seconds = message.clock_seconds();
  state->micro_batch = message.micro_batch();
  state->loss_scale = message.loss_scale();
  state->loss_scale_steps = message.loss_scale_steps();
  CheckFinite({state->clock_seconds, state->loss_scale}, file);
  if (state->loss_scale < 0) refuse("has a loss scale below 0");
  if (message.has_divergences()) {
    const dstools::Divergences& found = message.divergences();
    CheckFinite({found.rate_factor()}, file);
    if (found.rate_factor() <= 0 || found.rate_factor() > 1) refuse("has a rate_factor that is not 0 to 1");
    state->divergences = {found.rate_factor(), found.halvings(), found.skipped(), found.in_a_row()};
  }
  if (message.stop().empty()) return;
  state->stop = dataset::ParseName<StopReason>(message.stop());
  if (!state->stop) refuse("has an unknown reason of a stop");
}

}  // namespace

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
  state.wait_seconds = message.wait_seconds();
  state.learning_rate = message.learning_rate();
  state.best_accuracy = message.best_accuracy();
  state.best_epoch = message.best_epoch();
  state.best_loss = message.best_loss();
  state.metrics_bytes = message.metrics_bytes();
  state.best_f1 = message.best_f1();
  CheckFinite({state.loss_sum, state.epoch_seconds, state.total_seconds, state.wait_seconds, state.learning_rate,
               state.best_accuracy, state.best_loss, state.best_f1},
              file);
  ParseWeights(message, file, &state);
  ParseProgress(message, file, &state);
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
