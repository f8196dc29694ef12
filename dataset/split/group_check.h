#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/split/assignment.h"
#include "dataset/split/grouping.h"
#include "dataset/split/sample_source.h"
#include "dataset/split/split_options.h"
#include "dataset/split/split_plan.h"
#include "dataset/split/splitter.h"

// Finds groups that cannot do what they are for: keys that group nothing, and groups too large to be dealt. Internal to
// the splitter.
namespace dataset {

// Looks at the keys that `group_by` gave, one per sample. Throws Error if no sample has one. Warns, or with
// StrictGroups::kYes throws, if a part of the samples has none or if no two samples share one.
// Warns of keys that people take for the same: P1 and p1, 7 and 07.
void CheckKeys(const SplitOptions& options, const std::vector<SourceSample>& samples,
               const std::vector<std::string>& keys, SplitReport* report);

// What is dealt: the samples' labels and groups, and where the plan deals them.
struct GroupDeal {
  const SplitOptions& options;
  const SplitPlan& plan;
  const Grouping& grouping;
  const DealtSamples& dealt;
};

// Throws Error if each class is one group, so that none can lie in two parts.
void CheckGroups(const GroupDeal& deal);
// Looks at parts that should have samples and have none. Throws Error if that is because groups stay whole; else warns.
// `parts` has the part of each sample; `quotas` is empty if a hash dealt them.
void CheckParts(const GroupDeal& deal, const Quotas& quotas, const std::vector<uint32_t>& parts, SplitReport* report);

}  // namespace dataset
