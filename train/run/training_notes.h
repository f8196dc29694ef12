#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/run/model_plan.h"
#include "train/run/training_options.h"

namespace train {

struct TrainingPlan;

// Returns all that decides the numbers, as checkpoints note it: fields as they were given, and what the plan has
// resolved. `extensions` are the epochs that each `extend` has added.
Notes MakeNotes(const TrainingRunOptions& options, const TrainingPlan& plan, const std::vector<uint32_t>& extensions);
std::vector<uint32_t> ExtensionsOf(const Notes& notes);

// Replaces "auto", and 0 compute threads, by the values that the checkpoint was made with; `resumed` are the options
// that the checkpoint stores.
TrainingRunOptions WithResumed(TrainingRunOptions options, const Notes& resumed);
// Completes the notes of an older checkpoint: fields that it does not know had their defaults, and its `optimizer` sgd
// is today's momentum.
Notes OfToday(Notes notes);

enum class Compared {
  kAll,
  kBinding,  // those that a resume must have alike
  kFree,     // those that it may have otherwise: memory, threads that compute, on_divergence
};

// Names the differences between the options of two plans, each such as "`seed` was 1 and is 2".
std::vector<std::string> Differences(const Notes& then, const Notes& now, Compared compared);

}  // namespace train
