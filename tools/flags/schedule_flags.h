#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "tools/flags/train_flags.h"

namespace cli {

// Adds the flags of what shapes the schedules of both phases, which epoch is the best, and what ends a phase. `add`
// adds the flag of a field of train::TrainingFields.
void AddScheduleFlags(CLI::App* app, TrainFlags* flags,
                      const std::function<void(const char* field, const char* help)>& add);

// Takes what those flags say that is no field. Throws dataset::Error::Usage for what cannot be read.
void TakeScheduleFlags(const TrainFlags& flags, train::TrainingRunOptions* options);

}  // namespace cli
