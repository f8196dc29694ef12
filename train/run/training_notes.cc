#include "train/run/training_notes.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <type_traits>

#include "train/optim/optimizer_kind.h"
#include "train/run/training_fields.h"
#include "train/run/training_plan.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr char kExtended[] = "extended";  // the note of how many epochs each `extend` has added

// What a resume may have otherwise: no more than the order of pictures that do not fit the memory, the last bits of
// sums, and what becomes of a loss that is not finite depend on it.
bool IsFree(std::string_view name) { return name == "memory" || name == "compute_threads" || name == "on_divergence"; }

std::string Number(double value) { return nlohmann::json(value).dump(); }

template <typename Enum>
std::string Name(Enum value) {
  return std::string(dataset::NameOf(value));
}

bool HasPhase(const std::vector<Phase>& phases, PhaseKind kind) {
  return std::any_of(phases.begin(), phases.end(), [&](const Phase& phase) { return phase.kind == kind; });
}

bool IsNoted(const TrainingField& field, const TrainingRunOptions& options, const std::vector<Phase>& phases) {
  switch (field.noted) {
    case Noted::kNever:
      return false;
    case Noted::kAlways:
      return true;
    case Noted::kIfGiven:
      return NumberOf(field, options).has_value();
    case Noted::kWithHead:
      return HasPhase(phases, PhaseKind::kHead);
    case Noted::kWithFinetune:
      return HasPhase(phases, PhaseKind::kFinetune);
  }
  return false;
}

}  // namespace

std::vector<uint32_t> ExtensionsOf(const Notes& notes) {
  std::vector<uint32_t> extensions;
  if (const auto found = notes.find(kExtended); found != notes.end()) {
    std::istringstream items(found->second);
    for (std::string item; std::getline(items, item, ',');) {
      extensions.push_back(static_cast<uint32_t>(std::atoi(item.c_str())));
    }
  }
  return extensions;
}

Notes MakeNotes(const TrainingRunOptions& options, const TrainingPlan& plan, const std::vector<uint32_t>& extensions) {
  Notes notes = {
      {"dataset", plan.dataset.fingerprint},
      {"backbone", plan.model.backbone},
      {"variant", plan.model.variant},
      {"image_channels", std::to_string(plan.model.channels)},
      {"eval_size", std::to_string(plan.model.image_size)},
      {"pooling", Name(plan.model.head.pooling)},
      {"head", FormatHead(plan.model.head.items)},
      {"loss", Name(plan.model.loss)},
      {"weights", plan.model.weights},
      {"dropout", Number(plan.model.dropout)},
      {"mean", nlohmann::json(plan.model.mean).dump()},
      {"std", nlohmann::json(plan.model.stddev).dump()},
      {"cache", Name(plan.cache)},
      {"class_weights", nlohmann::json(plan.class_weights).dump()},
      {"device", Name(KindOf(plan.compute.device))},
      {"precision", Name(plan.compute.precision)},
      {"compute_threads", std::to_string(plan.compute_threads)},
  };
  for (const TrainingField& field : TrainingFields()) {
    if (IsNoted(field, options, plan.phases)) notes[std::string(field.name)] = TextOf(field, options);
  }
  for (const Phase& phase : plan.phases) {
    if (phase.kind == PhaseKind::kHead) notes["head_solver"] = Name(phase.solver);
  }
  for (const Phase& phase : plan.phases) notes[Name(phase.kind) + "_warmup"] = Number(phase.warmup);
  for (const auto& described : {Describe(plan.augmentation), Describe(options.mix)}) {
    notes.insert(described.begin(), described.end());
  }
  notes["normalize"] = Name(plan.model.normalization);
  if (plan.compute.device.is_cuda()) notes["deterministic"] = Name(options.deterministic);
  if (options.init_from) notes["init_from"] = fs::absolute(*options.init_from).lexically_normal().filename().string();
  if (options.init_optimizer != InitOptimizer::kDrop) notes["init_optimizer"] = Name(options.init_optimizer);
  if (!plan.loss_weights.empty()) notes["loss_weights"] = nlohmann::json(plan.loss_weights).dump();
  if (!options.schedule_list.empty()) notes["schedule_list"] = nlohmann::json(options.schedule_list).dump();
  if (!options.weights_key.empty()) notes["weights_key"] = options.weights_key;
  std::string extended;
  for (const uint32_t epochs : extensions) {
    if (!extended.empty()) extended += ',';
    extended += std::to_string(epochs);
  }
  if (!extended.empty()) notes[kExtended] = extended;
  return notes;
}

namespace {

// Of the time before there was weight decay.
bool IsOlder(const Notes& notes) { return !notes.contains("weight_decay"); }
// Of the time when a constant schedule had no warm-up, whatever the option was.
bool IgnoredWarmup(const Notes& notes) {
  const auto schedule = notes.find("finetune_schedule");
  return !notes.contains("best_by") && schedule != notes.end() &&
         schedule->second == dataset::NameOf(ScheduleKind::kConstant);
}

// Of a head phase of the time when heads were not solved.
bool HasOlderHead(const Notes& notes) { return notes.contains("head_epochs") && !notes.contains("head_solver"); }

}  // namespace

TrainingRunOptions WithResumed(TrainingRunOptions options, const Notes& resumed) {
  auto take = [&](const char* name, auto& value) {
    using Enum = std::remove_reference_t<decltype(value)>;
    const auto found = resumed.find(name);
    if (value == Enum::kAuto && found != resumed.end()) {
      value = dataset::ParseName<Enum>(found->second).value_or(Enum::kAuto);
    }
  };
  take("head_solver", options.head_solver);
  if (HasOlderHead(resumed) && options.head_solver == HeadSolver::kAuto) options.head_solver = HeadSolver::kGradient;
  take("device", options.device);
  take("precision", options.precision);
  take("cache", options.cache);
  if (const auto found = resumed.find("compute_threads"); options.compute_threads == 0 && found != resumed.end()) {
    options.compute_threads = std::atoi(found->second.c_str());
  }
  if (IsOlder(resumed) && options.optimizer == OptimizerKind::kSgd) options.optimizer = OptimizerKind::kMomentum;
  if (IgnoredWarmup(resumed)) options.warmup.reset();
  return options;
}

Notes OfToday(Notes notes) {
  if (IgnoredWarmup(notes)) notes["finetune_warmup"] = Number(0.0);
  if (HasOlderHead(notes)) notes["head_solver"] = dataset::NameOf(HeadSolver::kGradient);
  std::string& optimizer = notes["optimizer"];
  if (IsOlder(notes) && optimizer == dataset::NameOf(OptimizerKind::kSgd)) {
    optimizer = dataset::NameOf(OptimizerKind::kMomentum);
  }
  // What fields were before there was a choice.
  const struct {
    const char* name;
    const char* value;
  } then[] = {
      {"weight_decay", "0.0"},
      {"clip_norm", "0.0"},
      {"ema", "0.0"},
      {"average_best", "0"},
      {"accumulate", "1"},
      {"layer_decay", "1.0"},
      {"finetune_head_factor", "1.0"},
      {"start_size", ""},
      {"thaw", "all"},
      {"group_epochs", ""},
      {"best_by", "accuracy"},
      {"on_divergence", "stop"},
      {"early_stop", "0"},
      {"time_budget", "0.0"},
      {"mix_until", "1.0"},
      {"focal", "0.0"},
      {"norms", "frozen"},
      {"norm_momentum", ""},
  };
  for (const auto& [name, value] : then) {
    const Noted noted = FieldNamed(name).noted;
    if (noted == Noted::kWithHead && !notes.contains("head_epochs")) continue;
    if (noted == Noted::kWithFinetune && !notes.contains("finetune_epochs")) continue;
    notes.try_emplace(name, value);
  }
  if (const auto device = notes.find("device");
      device != notes.end() && device->second == dataset::NameOf(DeviceKind::kCuda)) {
    notes.try_emplace("deterministic", dataset::NameOf(Deterministic::kYes));
  }
  if (const auto size = notes.find("image_size"); size != notes.end()) notes.try_emplace("eval_size", size->second);
  return notes;
}

namespace {

// Weights are the same under any name: their note ends with their hash.
bool IsSame(const std::string& name, const std::string& then, const std::string& now) {
  if (name != "weights" || then.empty() || now.empty()) return then == now;
  return then.substr(then.rfind(' ') + 1) == now.substr(now.rfind(' ') + 1);
}

std::string Differing(const std::string& name, const std::string* then, const std::string* now) {
  if (then == nullptr) return "`" + name + "` was not set and is " + *now;
  if (now == nullptr) return "`" + name + "` was " + *then + " and is not set";
  return IsSame(name, *then, *now) ? "" : "`" + name + "` was " + *then + " and is " + *now;
}

}  // namespace

std::vector<std::string> Differences(const Notes& then, const Notes& now, Compared compared) {
  std::vector<std::string> differences;
  const auto compare = [&](const std::string& name) {
    const auto old = then.find(name), young = now.find(name);
    if (compared != Compared::kAll && (name == kExtended || IsFree(name) != (compared == Compared::kFree))) return;
    std::string text =
        Differing(name, old == then.end() ? nullptr : &old->second, young == now.end() ? nullptr : &young->second);
    if (!text.empty()) differences.push_back(std::move(text));
  };
  for (const auto& [name, value] : now) compare(name);
  for (const auto& [name, value] : then) {
    if (!now.contains(name)) compare(name);
  }
  return differences;
}

}  // namespace train
