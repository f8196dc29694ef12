#include "dataset/split/split_plan.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "dataset/base/largest_remainder.h"
#include "dataset/base/number_text.h"

namespace dataset {
namespace {

std::vector<double> AutoRatio(uint64_t samples) {
  if (samples < 1000) return {72, 8, 20};
  if (samples < 10000) return {81, 9, 10};
  return {85.5, 9.5, 5};
}

std::string FixedText(const std::vector<uint32_t>& fixed) {
  return FormatNumbers(std::vector<double>(fixed.begin(), fixed.end()));
}

std::vector<double> TrainAndTest(const SplitOptions& options) {
  if (!options.ratio) return {1, 0};
  return {(*options.ratio)[0], (*options.ratio)[2]};
}

}  // namespace

std::string NameOf(const SplitPart& part) {
  if (part.fold) return "fold " + std::to_string(*part.fold);
  return part.split ? std::string(NameOf(*part.split)) : "the images left out";
}

uint32_t SplitPlan::Wanted() const { return static_cast<uint32_t>(std::count(wanted.begin(), wanted.end(), true)); }

SplitPlan MakeSplitPlan(const SplitOptions& options, uint64_t samples) {
  SplitPlan plan;
  const auto add_splits = [&] {
    for (Split split : kSplits) plan.parts.push_back({split, std::nullopt});
  };
  if (options.kfold > 0) {
    const std::vector<double> weights = TrainAndTest(options);
    for (uint32_t fold = 0; fold < options.kfold; ++fold) {
      plan.parts.push_back({Split::kTrain, fold});
      plan.weights.push_back(weights[0] / options.kfold);
    }
    plan.parts.push_back({Split::kTest, std::nullopt});
    plan.weights.push_back(weights[1]);
    plan.options["kfold"] = std::to_string(options.kfold);
    plan.wish = "`kfold` " + std::to_string(options.kfold);
    if (options.ratio) {
      plan.options["ratio"] = FormatNumbers(*options.ratio);
      plan.wish += " with `ratio` " + FormatNumbers(*options.ratio);
    }
  } else if (options.fixed) {
    add_splits();
    for (uint32_t count : *options.fixed) plan.wanted.push_back(count > 0);
    if (options.fixed->size() == 2) plan.wanted.insert(plan.wanted.begin(), true);
    if (options.fixed->size() == 3) {
      plan.parts.emplace_back();
      plan.wanted.push_back(false);
    }
    plan.options["fixed"] = FixedText(*options.fixed);
    plan.wish = "`fixed` " + FixedText(*options.fixed);
  } else if (options.val_fraction) {
    add_splits();
    plan.weights = {1 - *options.val_fraction, *options.val_fraction, 0};
    plan.options["val-fraction"] = FormatNumber(*options.val_fraction);
    plan.wish = "`val_fraction` " + FormatNumber(*options.val_fraction);
  } else {
    add_splits();
    const std::vector<double> defaults(kDefaultRatio.begin(), kDefaultRatio.end());
    const std::vector<double> ratio =
        options.ratio_rule == RatioRule::kAuto ? AutoRatio(samples) : options.ratio.value_or(defaults);
    plan.weights = ratio;
    plan.weights.resize(kSplits.size());
    plan.options["ratio"] = FormatNumbers(ratio);
    plan.wish = "`ratio` " + FormatNumbers(ratio);
  }
  for (double weight : plan.weights) plan.wanted.push_back(weight > 0);
  plan.required = plan.parts.size() - (plan.parts.back().split ? 0 : 1);
  return plan;
}

Quotas MakeQuotas(const SplitPlan& plan, const SplitOptions& options, const std::vector<uint32_t>& class_sizes) {
  Quotas quotas;
  uint32_t next_fold = 0;
  for (uint32_t size : class_sizes) {
    if (options.kfold > 0) {
      const std::vector<uint32_t> ends = LargestRemainder(size, TrainAndTest(options));
      std::vector<uint32_t> quota(options.kfold, ends[0] / options.kfold);
      for (uint32_t left = ends[0] % options.kfold; left > 0; --left, ++next_fold) ++quota[next_fold % options.kfold];
      quota.push_back(ends[1]);
      quotas.push_back(std::move(quota));
    } else if (options.fixed) {
      std::vector<uint32_t> quota = *options.fixed;
      const uint64_t taken = std::accumulate(quota.begin(), quota.end(), uint64_t{0});
      assert(taken <= size);
      const auto left = static_cast<uint32_t>(size - taken);
      quota.insert(quota.size() == 2 ? quota.begin() : quota.end(), left);
      quotas.push_back(std::move(quota));
    } else {
      quotas.push_back(LargestRemainder(size, plan.weights));
    }
  }
  return quotas;
}

}  // namespace dataset
