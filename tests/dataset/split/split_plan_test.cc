#include "dataset/split/split_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "dataset/base/error.h"
#include "dataset/base/largest_remainder.h"

namespace dataset {
namespace {

std::string RatioOf(uint64_t samples) {
  SplitOptions options;
  options.ratio_rule = RatioRule::kAuto;
  return MakeSplitPlan(options, samples).options["ratio"];
}

TEST(SplitPlanTest, AutoRatioFollowsTheNumberOfSamples) {
  EXPECT_EQ(RatioOf(0), "72,8,20");
  EXPECT_EQ(RatioOf(999), "72,8,20");
  EXPECT_EQ(RatioOf(1000), "81,9,10");
  EXPECT_EQ(RatioOf(9999), "81,9,10");
  EXPECT_EQ(RatioOf(10000), "85.5,9.5,5");
}

TEST(SplitPlanTest, WantsThePartsThatHaveAWeight) {
  SplitOptions options;
  EXPECT_EQ(MakeSplitPlan(options, 1).Wanted(), 3u);
  options.ratio = {80, 20};
  EXPECT_EQ(MakeSplitPlan(options, 1).Wanted(), 2u);
  options.ratio = {80, 0, 20};
  EXPECT_EQ(MakeSplitPlan(options, 1).Wanted(), 2u);
  options.kfold = 5;
  EXPECT_EQ(MakeSplitPlan(options, 1).Wanted(), 6u);
  options.ratio.reset();
  EXPECT_EQ(MakeSplitPlan(options, 1).Wanted(), 5u);
}

TEST(SplitPlanTest, FixedCountsLeaveTheRestToTrainOrOut) {
  SplitOptions options;
  options.fixed = {10, 5};
  EXPECT_EQ(MakeQuotas(MakeSplitPlan(options, 50), options, {20, 16}), (Quotas{{5, 10, 5}, {1, 10, 5}}));
  options.fixed = {7, 2, 1};
  const SplitPlan plan = MakeSplitPlan(options, 50);
  EXPECT_EQ(MakeQuotas(plan, options, {20, 10}), (Quotas{{7, 2, 1, 10}, {7, 2, 1, 0}}));
  EXPECT_EQ(plan.required, 3u);
  EXPECT_FALSE(plan.parts.back().split);
}

TEST(SplitPlanTest, FoldsAreEvenInEveryClassAndInAll) {
  SplitOptions options;
  options.kfold = 5;
  options.ratio = {80, 0, 20};
  const std::vector<uint32_t> sizes = {11, 23, 7, 101, 12, 14};
  const Quotas quotas = MakeQuotas(MakeSplitPlan(options, 168), options, sizes);
  std::vector<uint32_t> totals(6);
  for (size_t label = 0; label < sizes.size(); ++label) {
    const auto& quota = quotas[label];
    EXPECT_EQ(std::accumulate(quota.begin(), quota.end(), 0u), sizes[label]);
    EXPECT_EQ(quota.back(), LargestRemainder(sizes[label], {80, 20})[1]);
    const auto [least, most] = std::minmax_element(quota.begin(), quota.end() - 1);
    EXPECT_LE(*most - *least, 1u);
    for (size_t part = 0; part < 6; ++part) totals[part] += quota[part];
  }
  const auto [least, most] = std::minmax_element(totals.begin(), totals.end() - 1);
  EXPECT_LE(*most - *least, 1u);
}

struct Change {
  const char* name;
  std::function<void(SplitOptions*)> apply;
};

std::string ErrorOf(const std::function<void(SplitOptions*)>& change) {
  SplitOptions options;
  change(&options);
  try {
    Validate(options);
  } catch (const Error& error) {
    EXPECT_TRUE(error.usage()) << error.what();
    return error.what();
  }
  return "";
}

TEST(SplitOptionsTest, RefusesOptionsOutOfRange) {
  const Change kChanges[] = {
      {"`fixed` must ", [](SplitOptions* o) { o->fixed = std::vector<uint32_t>{}; }},
      {"`fixed` must ", [](SplitOptions* o) { o->fixed = {1}; }},
      {"`fixed` must ",
       [](SplitOptions* o) {
         o->fixed = {1, 2, 3, 4};
       }},
      {"`fixed` must ",
       [](SplitOptions* o) {
         o->fixed = {0, 2, 3};
       }},
      {"`fixed` must ",
       [](SplitOptions* o) {
         o->fixed = {2000000000, 2};
       }},
      {"`kfold` 1: it must be ", [](SplitOptions* o) { o->kfold = 1; }},
      {"`kfold` 1001: it must be ", [](SplitOptions* o) { o->kfold = 1001; }},
      {"`sample` 0: it must be ", [](SplitOptions* o) { o->sample = 0; }},
      {"`sample` 1: it must be ", [](SplitOptions* o) { o->sample = 1; }},
      {"`min_per_class` 0: it must be at least 1", [](SplitOptions* o) { o->min_per_class = 0; }},
      {"`near_duplicates` 17: it must be at most 16", [](SplitOptions* o) { o->near_duplicates = 17; }},
      {"`jobs` 0: it must be ", [](SplitOptions* o) { o->jobs = 0; }},
      {"`label_regex` '('", [](SplitOptions* o) { o->label_regex = "("; }},
      {"`group_by` regex '('", [](SplitOptions* o) { o->group_by = "regex:("; }},
      {"`group_by` 'regex:(\\xff)' is not UTF-8", [](SplitOptions* o) { o->group_by = "regex:(\xff)"; }},
      {"`label_regex` '(\\xe9)' is not UTF-8", [](SplitOptions* o) { o->label_regex = "(\xe9)"; }},
      {"`json_key` '\\xe9' is not UTF-8", [](SplitOptions* o) { o->json_key = "\xe9"; }},
      {"`columns` 'esp\\xe8ce' is not UTF-8",
       [](SplitOptions* o) {
         o->columns = {"path",
                       "esp\xe8"
                       "ce"};
       }},
      {"`strict_groups` needs `group_by`", [](SplitOptions* o) { o->strict_groups = StrictGroups::kYes; }},
      {"`group_by` 'patient': it must be ", [](SplitOptions* o) { o->group_by = "patient"; }},
  };
  for (const Change& change : kChanges) EXPECT_EQ(ErrorOf(change.apply).find(change.name), 0u) << ErrorOf(change.apply);
}

TEST(SplitOptionsTest, RefusesContradictions) {
  const std::function<void(SplitOptions*)> kChanges[] = {
      [](SplitOptions* o) {
        o->fixed = {1, 1}, o->ratio = {80, 20};
      },
      [](SplitOptions* o) {
        o->fixed = {1, 1}, o->ratio_rule = RatioRule::kAuto;
      },
      [](SplitOptions* o) {
        o->fixed = {1, 1}, o->kfold = 5;
      },
      [](SplitOptions* o) {
        o->fixed = {1, 1}, o->assign = Assign::kHash;
      },
      [](SplitOptions* o) {
        o->ratio_rule = RatioRule::kAuto, o->ratio = {80, 20};
      },
      [](SplitOptions* o) { o->ratio_rule = RatioRule::kAuto, o->assign = Assign::kHash; },
      [](SplitOptions* o) { o->ratio_rule = RatioRule::kAuto, o->kfold = 5; },
      [](SplitOptions* o) { o->kfold = 5, o->assign = Assign::kHash; },
      [](SplitOptions* o) { o->kfold = 5, o->val_fraction = .1; },
      [](SplitOptions* o) { o->kfold = 5, o->balance = Balance::kOversample; },
      [](SplitOptions* o) {
        o->kfold = 5, o->ratio = {80, 20};
      },
      [](SplitOptions* o) {
        o->kfold = 5, o->ratio = {70, 10, 20};
      },
      [](SplitOptions* o) {
        o->kfold = 5, o->ratio = {0, 0, 20};
      },
      [](SplitOptions* o) { o->near_duplicates = 4, o->assign = Assign::kHash; },
      [](SplitOptions* o) { o->near_duplicates = 4, o->duplicates = DuplicateRule::kIgnore; },
  };
  for (const auto& change : kChanges) EXPECT_NE(ErrorOf(change), "");
  EXPECT_EQ(ErrorOf([](SplitOptions* o) { o->kfold = 5, o->ratio = {80, 0, 20}; }), "");
}

}  // namespace
}  // namespace dataset
