#include "train/run/training_fields.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>
#include <type_traits>

namespace train {

namespace {

using dataset::ValueRange;
using O = TrainingRunOptions;

constexpr double kTwoTo32 = 4294967296;

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <typename T>
std::string Text(const T& value) {
  if constexpr (IsOptional<T>::value) {
    return value ? Text(*value) : "";
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(dataset::NameOf(value));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else {
    return nlohmann::json(value).dump();
  }
}

template <typename T>
std::optional<double> Number(const T& value) {
  if constexpr (IsOptional<T>::value) {
    return value ? Number(*value) : std::nullopt;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return static_cast<double>(value);
  } else {
    return std::nullopt;
  }
}

}  // namespace

std::span<const TrainingField> TrainingFields() {
  static const TrainingField fields[] = {
      {"backbone", &O::backbone},
      {"image_size", &O::image_size, Noted::kNever, ValueRange::AtLeast(1)},
      {"start_size", &O::start_size, Noted::kWithFinetune, ValueRange::AtLeast(1)},
      {"eval_size", &O::eval_size, Noted::kNever, ValueRange::AtLeast(1)},
      {"channels", &O::channels},
      {"pooling", &O::pooling},
      {"head", &O::head},
      {"loss", &O::loss},
      {"initialization", &O::initialization, Noted::kAlways},
      {"eval_resize", &O::eval_resize},
      {"fit", &O::fit},
      {"val_fraction",
       &O::val_fraction,
       Noted::kIfGiven,
       {.least = 0, .most = 1, .with_least = false, .with_most = false}},
      {"batch_size", &O::batch_size, Noted::kAlways, ValueRange::AtLeast(1)},
      {"accumulate", &O::accumulate, Noted::kAlways, ValueRange::From(1, 65536)},
      {"head_solver", &O::head_solver},
      {"head_epochs", &O::head_epochs, Noted::kWithHead, ValueRange::From(0, kMostEpochs)},
      {"head_learning_rate", &O::head_learning_rate, Noted::kWithHead, ValueRange::Above(0)},
      {"head_schedule", &O::head_schedule, Noted::kWithHead},
      {"finetune_epochs", &O::finetune_epochs, Noted::kWithFinetune, ValueRange::From(0, kMostEpochs)},
      {"finetune_layers", &O::finetune_layers, Noted::kWithFinetune},
      {"thaw", &O::thaw, Noted::kWithFinetune},
      {"group_epochs", &O::group_epochs, Noted::kWithFinetune, ValueRange::From(1, kMostEpochs)},
      {"finetune_learning_rate", &O::finetune_learning_rate, Noted::kWithFinetune, ValueRange::Above(0)},
      {"finetune_head_factor", &O::finetune_head_factor, Noted::kWithFinetune, ValueRange::Above(0)},
      {"layer_decay", &O::layer_decay, Noted::kWithFinetune, ValueRange::From(0, 1)},
      {"norms", &O::norms, Noted::kWithFinetune},
      {"norm_momentum", &O::norm_momentum, Noted::kWithFinetune, {.least = 0, .most = 1, .with_least = false}},
      {"finetune_schedule", &O::finetune_schedule, Noted::kWithFinetune},
      {"head_warmup", &O::head_warmup, Noted::kNever, ValueRange::Below(1)},
      {"warmup", &O::warmup, Noted::kNever, ValueRange::Below(1)},
      {"schedule_factor", &O::schedule_factor, Noted::kIfGiven, {.least = 0, .most = 1, .with_least = false}},
      {"schedule_epochs", &O::schedule_epochs, Noted::kIfGiven, ValueRange::From(1, kMostEpochs)},
      {"schedule_power", &O::schedule_power, Noted::kIfGiven, ValueRange::Above(0)},
      {"schedule_decay", &O::schedule_decay, Noted::kIfGiven, ValueRange::AtLeast(0)},
      {"schedule_end", &O::schedule_end, Noted::kIfGiven, ValueRange::From(0, 1)},
      {"best_by", &O::best_by, Noted::kAlways},
      {"early_stop", &O::early_stop, Noted::kAlways, ValueRange::From(0, kMostEpochs)},
      {"min_delta", &O::min_delta, Noted::kIfGiven, ValueRange::AtLeast(0)},
      {"target", &O::target, Noted::kIfGiven, ValueRange::AtLeast(0)},
      {"time_budget", &O::time_budget, Noted::kAlways, ValueRange::AtLeast(0)},
      {"on_divergence", &O::on_divergence, Noted::kAlways},
      {"optimizer", &O::optimizer, Noted::kAlways},
      {"weight_decay", &O::weight_decay, Noted::kAlways, ValueRange::AtLeast(0)},
      {"ema", &O::ema, Noted::kAlways, ValueRange::Below(1)},
      {"average_best", &O::average_best, Noted::kAlways, ValueRange::From(0, 100)},
      {"clip_norm", &O::clip_norm, Noted::kAlways, ValueRange::AtLeast(0)},
      {"dropout", &O::dropout, Noted::kNever, ValueRange::Below(1)},
      {"label_smoothing", &O::label_smoothing, Noted::kAlways, ValueRange::Below(1)},
      {"focal", &O::focal, Noted::kAlways, ValueRange::From(0, 100)},
      {"mix_until", &O::mix_until, Noted::kAlways, ValueRange::From(0, 1)},
      {"normalize", &O::normalize, Noted::kAlways},
      {"seed", &O::seed, Noted::kAlways},
      {"device", &O::device},
      {"precision", &O::precision},
      {"compute_threads", &O::compute_threads, Noted::kNever, ValueRange::AtLeast(0)},
      {"loader_threads", &O::loader_threads, Noted::kNever, ValueRange::AtLeast(0)},
      {"memory", &O::memory, Noted::kAlways},
      {"cache", &O::cache},
      {"sampler", &O::sampler, Noted::kAlways},
      {"segment_epochs", &O::segment_epochs, Noted::kAlways, ValueRange::From(1, 1024)},
      {"steps_per_epoch", &O::steps_per_epoch, Noted::kAlways, ValueRange::Below(kTwoTo32)},
  };
  return fields;
}

const TrainingField& FieldNamed(std::string_view name) {
  const std::span<const TrainingField> fields = TrainingFields();
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const TrainingField& field) { return field.name == name; });
  assert(found != fields.end());
  return *found;
}

std::optional<double> NumberOf(const TrainingField& field, const TrainingRunOptions& options) {
  return std::visit([&](auto member) { return Number(options.*member); }, field.member);
}

std::string TextOf(const TrainingField& field, const TrainingRunOptions& options) {
  return std::visit([&](auto member) { return Text(options.*member); }, field.member);
}

}  // namespace train
