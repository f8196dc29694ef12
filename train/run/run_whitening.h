#pragma once

#include <optional>

#include "dataset/load/whitening.h"
#include "train/run/training_options.h"
#include "train/run/training_plan.h"

namespace train {

// Returns the whitening that the run folder of `options` lacks: that of the run that it is initialised from, else that
// of train. nullopt: the model has none, or the folder, which goes on if `goes_on`, has it.
std::optional<dataset::Whitening> MissingWhitening(const TrainingRunOptions& options, const TrainingPlan& plan,
                                                   bool goes_on);

}  // namespace train
