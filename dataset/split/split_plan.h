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

// A place that samples can be dealt to.
struct SplitPart {
  std::optional<Split> split;    // nullopt: the samples are left out
  std::optional<uint32_t> fold;  // set for the parts of train if there are folds
};

// "val", "fold 3" or "the images left out", for messages.
std::string NameOf(const SplitPart& part);

// The parts that the options ask for.
struct SplitPlan {
  std::vector<SplitPart> parts;
  std::vector<double> weights;  // of the parts; empty with fixed counts
  std::vector<bool> wanted;     // one per part: it should have samples
  size_t required = 0;          // of the parts, from the first on: all but "left out"
  std::string wish;             // "`ratio` 60,20,20", for messages
  // What decides the deal, resolved: ratio, fixed, val-fraction, kfold.
  std::map<std::string, std::string> options;

  // The number of parts that should not be empty.
  uint32_t Wanted() const;
};

// `samples` is the number of samples to deal: all of them, or those of train if the splits are ready-made.
SplitPlan MakeSplitPlan(const SplitOptions& options, uint64_t samples);

// Returns the quotas of classes that have these numbers of samples (proto/FORMAT.md, section 1, "Quotas"). With fixed
// counts, no class may have fewer samples than the counts take.
Quotas MakeQuotas(const SplitPlan& plan, const SplitOptions& options, const std::vector<uint32_t>& class_sizes);

}  // namespace dataset
