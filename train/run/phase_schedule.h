#pragma once

#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "train/loop/phase.h"
#include "train/optim/schedule_options.h"
#include "train/run/training_options.h"

namespace train {

// The warm-up of the finetune phase: TrainingRunOptions::warmup or its default.
double FinetuneWarmup(const TrainingRunOptions& options);

// What the options say of a schedule of that kind, whose default may go by the images that train has.
ScheduleOptions MakeScheduleOptions(const TrainingRunOptions& options, ScheduleKind kind,
                                    const dataset::DatasetInfo& dataset);

// Gives each phase its deadline by its part of all epochs; the last one fills its time.
void SetDeadlines(double seconds, std::vector<Phase>& phases);

}  // namespace train
