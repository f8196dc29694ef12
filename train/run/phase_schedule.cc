#include "train/run/phase_schedule.h"

#include "train/optim/plateau.h"

namespace train {

double FinetuneWarmup(const TrainingRunOptions& options) {
  const bool warms =
      options.finetune_schedule == ScheduleKind::kCosine || options.finetune_schedule == ScheduleKind::kOneCycle;
  return options.warmup.value_or(warms ? 0.15 : 0);
}

ScheduleOptions MakeScheduleOptions(const TrainingRunOptions& options, ScheduleKind kind,
                                    const dataset::DatasetInfo& dataset) {
  ScheduleOptions made{.factor = options.schedule_factor,
                       .epochs = options.schedule_epochs,
                       .power = options.schedule_power,
                       .decay = options.schedule_decay,
                       .end = options.schedule_end,
                       .list = options.schedule_list};
  const dataset::DatasetSplit* const train = dataset.Find(dataset::Split::kTrain);
  if (kind == ScheduleKind::kPlateau && !made.epochs && train != nullptr) {
    made.epochs = PlateauEpochs(train->records, dataset.classes.size());
  }
  return made;
}

void SetDeadlines(double seconds, std::vector<Phase>& phases) {
  double all = 0, before = 0;
  for (const Phase& phase : phases) all += phase.epochs;
  for (Phase& phase : phases) {
    before += phase.epochs;
    phase.deadline = seconds * before / all;
  }
  phases.back().deadline_use = DeadlineUse::kFill;
}

}  // namespace train
