#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/catalog/split.h"
#include "dataset/split/assignment.h"
#include "dataset/split/split_options.h"

namespace dataset {

// Where samples may go.
struct SplitPart {
  std::optional<Split> split;    // nullopt: left out
  std::optional<uint32_t> fold;  // of train
};

// What the options ask for, made parts.
struct SplitPlan {
  std::vector<SplitPart> parts;
  std::vector<double> weights;  // of the parts; empty with fixed counts
  size_t required = 0;          // of the parts, from the first on: all but "left out"
  std::string wish;             // "`ratio` 60,20,20", for messages
  // What decides the deal, resolved: ratio, fixed, val-fraction, kfold.
  std::map<std::string, std::string> options;

  // The number of parts that shall not be empty.
  uint32_t Wanted() const;
};

// For `samples` samples in all; with val_fraction, those of the ready-made train.
SplitPlan MakeSplitPlan(const SplitOptions& options, uint64_t samples);

// Quotas of classes with these numbers of samples (proto/FORMAT.md, section 1). With fixed counts each class needs
// enough samples for one more than they take from train.
Quotas MakeQuotas(const SplitPlan& plan, const SplitOptions& options, const std::vector<uint32_t>& class_sizes);

}  // namespace dataset
