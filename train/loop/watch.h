#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/loop/train_observer.h"

namespace train {

// An epoch of the past. `first_loss` is the mean training loss of its first twentieth, `highest_loss` the highest mean
// of three neighbouring twentieths. Numbers that are not known are NaN.
struct WatchedEpoch {
  EpochReport report;
  double first_loss = 0;
  double highest_loss = 0;
};

// What a training has shown so far.
struct WatchedRun {
  std::vector<WatchedEpoch> epochs;  // of the run, from the first
  uint32_t planned_epochs = 0;       // of the run
  uint32_t head_epochs = 0;          // of its head phase
  double guess_loss = 0;             // training loss of equal scores for all classes
  double train_chance = 0;           // accuracy of always naming the most frequent class, in train as it is sampled
  double val_chance = 0;             // the same in val
  uint64_t val_images = 0;
  std::vector<std::string> never_predicted;  // EpochReport::never_predicted of the latest epoch, by name
  std::string loader_cure;                   // what limits the loader, and what helps
};

// The part of the most frequent class; 0 without samples. `per_class` may be weighted.
double ChanceOf(const std::vector<double>& per_class);

// Whether val shows a model to be better than always naming the most frequent class, whose part is `chance`: by two
// standard errors of so many images.
bool BeatsChance(double accuracy, double chance, uint64_t images);

// Returns what is wrong at the end of the latest epoch, with the cure, in words for people; options are named in
// backticks. The rules would rather miss a fault than see one in a sound training: one false warning, and nobody reads
// the others. A caller that wants each finding once a run leaves out those that it has had. Pure.
std::vector<Finding> Watch(const WatchedRun& run);

}  // namespace train
