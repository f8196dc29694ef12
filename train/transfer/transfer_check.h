#pragma once

#include <cstdint>
#include <optional>

#include "train/run/training_run.h"
#include "train/transfer/transfer_advice.h"

namespace train {

// Solves a head on the features of the weights, which are not trained, and returns what that tells. Writes nothing but
// temporary files, and the features for later runs. nullopt: options.stop ended it. Throws dataset::Error as
// RunTraining does, and if there are no weights. `observer` sees the training.
std::optional<TransferFacts> ProbeTransfer(const TrainingRunOptions& options, RunObserver& observer);

// The most epochs of a training from scratch that is compared with.
inline constexpr uint32_t kMostCheckEpochs = 5;

// What the same network reaches from random weights on the same pictures, by recipe scratch (train/run/recipe.h) but in
// as many epochs as the run has trained, or kMostCheckEpochs if these are fewer.
struct TransferCheck {
  uint32_t epochs = 0;
  double scratch_accuracy = 0;  // on val, of its best epoch
  double accuracy = 0;          // of the run
  bool negative = false;        // scratch is better: the weights harm
};
// nullopt: options.stop ended it. `options` and `result` are the run's.
std::optional<TransferCheck> CheckTransfer(const TrainingRunOptions& options, const RunResult& result,
                                           RunObserver& observer);

}  // namespace train
