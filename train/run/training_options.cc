#include "train/run/training_options.h"

#include <set>
#include <string>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/base/value_range.h"
#include "train/run/training_fields.h"

namespace train {

namespace {

constexpr double kMostLossWeight = 1e6;

// Of what the schedules of the run's phases use.
void CheckSchedules(const TrainingRunOptions& options, bool pretrained) {
  std::set<ScheduleKind> kinds;
  if (pretrained && options.head_epochs > 0) kinds.insert(options.head_schedule);
  if (options.finetune_epochs > 0) kinds.insert(options.finetune_schedule);
  std::set<std::string_view> used;
  for (const ScheduleKind kind : kinds) {
    for (const std::string_view name : OptionsUsedBy(kind)) used.insert(name);
  }
  const ScheduleOptions given{options.schedule_factor, options.schedule_epochs, options.schedule_power,
                              options.schedule_decay,  options.schedule_end,    options.schedule_list};
  for (const std::string_view name : OptionsGiven(given)) {
    if (used.contains(name)) continue;
    std::string users;
    for (const ScheduleKind kind : KindsThatUse(name)) {
      users += (users.empty() ? "" : ", ") + std::string(dataset::NameOf(kind));
    }
    throw dataset::Error::Usage("`" + std::string(name) + "` is used by no phase: it is of the schedules " + users);
  }
  if (kinds.contains(ScheduleKind::kList) && options.schedule_list.empty()) {
    throw dataset::Error::Usage("a schedule list needs `schedule_list`");
  }
  uint32_t before = 0;
  for (const auto& [epoch, part] : options.schedule_list) {
    if (epoch <= before) throw dataset::Error::Usage("`schedule_list` must have rising epochs, from 1 on");
    if (!(part > 0 && part <= 1)) throw dataset::Error::Usage("`schedule_list` must have parts above 0, up to 1");
    before = epoch;
  }
}

}  // namespace

void Validate(const TrainingRunOptions& options) {
  auto check = [](bool good, const std::string& cause) {
    if (!good) throw dataset::Error::Usage(cause);
  };
  for (const TrainingField& field : TrainingFields()) {
    const std::optional<double> number = NumberOf(field, options);
    check(!number || field.range.Holds(*number),
          "`" + std::string(field.name) + "` must be " + dataset::FormatRange(field.range));
  }
  check(!options.channels || *options.channels == 1 || *options.channels == 3, "`channels` must be 1 or 3");
  const bool pretrained = options.weights || options.init_from;
  check(options.head_solver != HeadSolver::kRidge || pretrained,
        "`head_solver` ridge needs `weights` or `init_from`: without them there is no head phase");
  check(options.thaw == Thaw::kGroups || !options.group_epochs, "`group_epochs` needs `thaw` groups");
  check(options.thaw == Thaw::kAll || options.finetune_layers == "all",
        "`thaw` groups goes through all layers; leave out `finetune_layers`");
  check(options.thaw == Thaw::kGroups || options.finetune_epochs + (pretrained ? options.head_epochs : 0) >= 1,
        "there is no epoch to train; raise `finetune_epochs`");
  check(options.average_best != 1, "`average_best` must be 0, or 2 or more: of one epoch there is no average");
  CheckSchedules(options, pretrained);
  check(!options.min_delta || options.early_stop > 0, "`min_delta` needs `early_stop`");
  check(!options.target || options.best_by == BestBy::kLoss || *options.target <= 1,
        "`target` must be 0 to 1, as it is of " + std::string(dataset::NameOf(options.best_by)));
  check(options.sampler != dataset::Order::kSequential,
        "`sampler` must be " + dataset::ListNames<dataset::Order>({dataset::Order::kSequential}));
  check((options.sampler == dataset::Order::kWeighted) == !options.class_weights.empty(),
        "`sampler` weighted needs `class_weights`, and they need it");
  check(options.loss_weighting == LossWeighting::kNamed || options.loss_weights.empty(),
        "`loss_weights` are either balanced or of named classes");
  for (const auto& [name, weight] : options.loss_weights) {
    check(weight >= 0 && weight <= kMostLossWeight,
          "`loss_weights` must be 0 to 1000000; that of '" + name + "' is not");
  }
  check(!options.norm_momentum || !pretrained || options.norms == Norms::kAdapt,
        "`norm_momentum` needs `norms` adapt: frozen norms learn nothing");
  check(!options.init_from || (!options.weights && !options.model),
        "`init_from` brings network and weights; leave out `model` and `weights`");
  check(options.init_from || options.init_optimizer == InitOptimizer::kDrop, "`init_optimizer` needs `init_from`");
  check(options.weights_key.empty() || options.weights, "`weights_key` needs `weights`");
  check(!options.extend || options.existing == dataset::ExistingOutput::kResume, "`extend` needs `resume`");
  check(!options.extend || (*options.extend >= 1 && *options.extend <= kMostEpochs),
        "`extend` must be " + dataset::FormatRange(dataset::ValueRange::From(1, kMostEpochs)));
  Validate(options.augmentation);
  Validate(options.mix);
}

}  // namespace train
