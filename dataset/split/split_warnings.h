#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/split/assignment.h"
#include "dataset/split/grouping.h"
#include "dataset/split/sample_source.h"
#include "dataset/split/split_plan.h"
#include "dataset/split/splitter.h"

// Each function appends at most a few sentences to report->warnings, if there is something that a person should know.
// Internal to the splitter.
namespace dataset {

// Warns of images without a class (`strays`) and of rejected images. `by_regex`: label_regex was to give the classes.
void WarnOfFiles(const std::vector<std::string>& strays, bool by_regex, SplitReport* report);
// Warns of placeholders, and of other duplicates with different labels. `rule` is what happens to them.
void WarnOfConflicts(DuplicateRule rule, const std::vector<Placeholder>& placeholders, SplitReport* report);
// Warns of classes that miss their quotas because groups stay whole. `labels` and `parts` have one element per sample.
void WarnOfQuotas(const std::vector<uint32_t>& labels, const std::vector<uint32_t>& parts, const Quotas& quotas,
                  const SplitPlan& plan, SplitReport* report);
// Warns of groups that lie in several splits; if there are none, of duplicates that do. Sets report->torn_duplicates.
// `first` is DuplicateSets::first or empty.
void WarnOfSpread(const std::vector<SourceSample>& samples, const std::vector<SplitPart>& parts,
                  const Grouping& grouping, const std::vector<uint32_t>& first, SplitReport* report);
// Warns if there is only one class, of classes with few images or with none in a split, and of classes of very
// different size, unless `balance` makes them even.
void WarnOfCounts(Balance balance, SplitReport* report);

// Sets report->counts from report->manifest.
void CountSamples(SplitReport* report);

}  // namespace dataset
