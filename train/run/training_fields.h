#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "dataset/base/value_range.h"
#include "train/run/training_options.h"

namespace train {

// When a checkpoint notes a field's value as it was given, so that a resume with another value is refused.
enum class Noted {
  kNever,  // it never changes a number, or the plan notes what it was resolved to
  kAlways,
  kIfGiven,       // if it has a value
  kWithHead,      // if there is a head phase
  kWithFinetune,  // if there is a finetune phase
};

// A field of TrainingRunOptions that is one number, one text or one choice.
struct TrainingField {
  template <typename... Values>
  using MemberOf = std::variant<Values TrainingRunOptions::*...>;
  using Member = MemberOf<int, uint32_t, uint64_t, double, std::string, std::optional<int>, std::optional<double>,
                          std::optional<Pooling>, Loss, Initialization, dataset::SquareFit, HeadSolver, ScheduleKind,
                          BestBy, OptimizerKind, OnDivergence, Norms, NormalizationKind, Thaw, DeviceKind, Precision,
                          dataset::Cache, dataset::Order>;

  std::string_view name;  // as messages and checkpoints spell it, such as "label_smoothing"
  Member member;
  Noted noted = Noted::kNever;
  dataset::ValueRange range{};  // of a number; an optional one may also be absent
};

// The one list of these fields: Validate, the options of a checkpoint and dtrain's flags go by it.
std::span<const TrainingField> TrainingFields();

// The field of that name, which must be there.
const TrainingField& FieldNamed(std::string_view name);

// The number of a numeric field; nullopt: the field is none, or absent.
std::optional<double> NumberOf(const TrainingField& field, const TrainingRunOptions& options);
// The value as a checkpoint has it; "": absent.
std::string TextOf(const TrainingField& field, const TrainingRunOptions& options);

}  // namespace train
