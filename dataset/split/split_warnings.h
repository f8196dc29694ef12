#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/split/assignment.h"
#include "dataset/split/grouping.h"
#include "dataset/split/sample_source.h"
#include "dataset/split/split_plan.h"
#include "dataset/split/splitter.h"

// What a person should know of a split, as sentences for SplitReport's warnings. Internal to the splitter.
namespace dataset {

// Of `strays`, images without a class, and of rejected images.
void WarnOfFiles(const std::vector<std::string>& strays, bool by_regex, SplitReport* report);
// Of pictures under several labels.
void WarnOfConflicts(SplitReport* report);
// Of quotas that whole groups made the parts miss.
void WarnOfQuotas(const std::vector<uint32_t>& labels, const std::vector<uint32_t>& parts, const Quotas& quotas,
                  const SplitPlan& plan, SplitReport* report);
// Of groups, and of equal pictures (`first`, any number for each set of them; may be empty), in several splits.
void WarnOfSpread(const std::vector<SourceSample>& samples, const std::vector<SplitPart>& parts,
                  const Grouping& grouping, const std::vector<uint32_t>& first, SplitReport* report);
// Of classes: one alone, with few images, missing in a split.
void WarnOfCounts(SplitReport* report);

// Fills report->counts from the manifest.
void CountSamples(SplitReport* report);

}  // namespace dataset
