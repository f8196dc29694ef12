#include "dataset/split/split_options.h"

#include <algorithm>
#include <numeric>

#include "dataset/base/error.h"
#include "dataset/base/largest_remainder.h"
#include "dataset/base/number_text.h"
#include "dataset/base/utf8.h"
#include "dataset/source/name_filter.h"
#include "dataset/source/name_pattern.h"
#include "dataset/split/group_key.h"

namespace dataset {
namespace {

constexpr int kMaxJobs = 1024;

void CheckRatio(const std::vector<double>& ratio) {
  const std::string cause = "`ratio` " + FormatNumbers(ratio) + ": ";
  if (ratio.size() != 2 && ratio.size() != 3) {
    throw Error::Usage(cause + "it must be two numbers (train, val) or three (train, val, test), such as 60,20,20");
  }
  for (double part : ratio) {
    if (!(part >= 0 && part <= kMaxWeight)) throw Error::Usage(cause + FormatNumber(part) + " must be 0 to 1e9");
    if (part > 0 && part < kMinWeight) {
      throw Error::Usage(cause + FormatNumber(part) + " must be 0 or at least 1e-6");
    }
  }
  if (std::accumulate(ratio.begin(), ratio.end(), 0.0) == 0) throw Error::Usage(cause + "one of them must be above 0");
}

void CheckFraction(const std::optional<double>& fraction, const std::string& name) {
  if (fraction && !(*fraction >= kMinWeight && *fraction <= 1 - kMinWeight)) {
    throw Error::Usage(name + " " + FormatNumber(*fraction) + ": it must be between 0 and 1");
  }
}

void CheckFixed(const std::vector<uint32_t>& fixed) {
  if (fixed.size() != 2 && fixed.size() != 3) {
    throw Error::Usage("`fixed` must be two numbers (val, test) or three (train, val, test), such as 100,100");
  }
  if (fixed.size() == 3 && fixed[0] == 0) throw Error::Usage("`fixed` must give train at least 1 image");
  if (*std::max_element(fixed.begin(), fixed.end()) > static_cast<uint32_t>(kMaxWeight)) {
    throw Error::Usage("`fixed` must give each split at most 1e9 images");
  }
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

// split.json holds these texts.
void CheckText(const SplitOptions& options) {
  const auto check = [](const std::string& text, const std::string& name) {
    if (!IsUtf8(text)) throw Error::Usage(name + " '" + Printable(text) + "' is not UTF-8");
  };
  check(options.group_by, "`group_by`");
  check(options.label_regex, "`label_regex`");
  check(options.json_key, "`json_key`");
  for (const std::string& name : options.columns.value_or(std::vector<std::string>())) check(name, "`columns`");
  for (const std::string& pattern : options.include) check(pattern, "`include`");
  for (const std::string& pattern : options.exclude) check(pattern, "`exclude`");
}

void Exclude(bool one, const char* name, bool other, const char* other_name, const char* reason) {
  if (one && other) throw Error::Usage(std::string(name) + " and " + other_name + " exclude each other: " + reason);
}

void CheckContradictions(const SplitOptions& options) {
  const bool hash = options.assign == Assign::kHash, automatic = options.ratio_rule == RatioRule::kAuto;
  const bool ratio = options.ratio.has_value() || automatic, fixed = options.fixed.has_value();
  const bool kfold = options.kfold > 0, near = options.near_duplicates.has_value();
  Exclude(options.ratio.has_value(), "`ratio`", automatic, "`ratio` auto", "give one of them");
  Exclude(fixed, "`fixed`", ratio, "`ratio`", "both say how many images a split gets");
  Exclude(fixed, "`fixed`", kfold, "`kfold`", "both say how many images a split gets");
  Exclude(fixed, "`fixed`", hash, "`assign` hash", "a hash keeps no counts");
  Exclude(automatic, "`ratio` auto", hash, "`assign` hash", "more images would change the ratio and so move old ones");
  Exclude(automatic, "`ratio` auto", kfold, "`kfold`", "the folds take val's place");
  Exclude(kfold, "`kfold`", hash, "`assign` hash", "folds are dealt by quota");
  Exclude(kfold, "`kfold`", options.val_fraction.has_value(), "`val_fraction`", "the folds take val's place");
  Exclude(kfold, "`kfold`", options.balance != Balance::kNone, "`balance`",
          "every fold is val once; balance when you train");
  Exclude(near, "`near_duplicates`", hash, "`assign` hash",
          "a picture added later could join two groups that lie in different splits");
  Exclude(near, "`near_duplicates`", options.duplicates == DuplicateRule::kIgnore, "`duplicates` ignore",
          "they say the opposite");
  if (kfold && options.ratio && (options.ratio->size() != 3 || (*options.ratio)[1] != 0 || (*options.ratio)[0] == 0)) {
    throw Error::Usage("`kfold` needs a `ratio` of the form TRAIN,0,TEST, such as 80,0,20: the folds take val's place");
  }
}

}  // namespace

void Validate(const SplitOptions& options) {
  if (options.ratio) CheckRatio(*options.ratio);
  if (options.fixed) CheckFixed(*options.fixed);
  CheckFraction(options.val_fraction, "`val_fraction`");
  CheckFraction(options.sample, "`sample`");
  if (options.kfold == 1 || options.kfold > kMaxFolds) {
    throw Error::Usage("`kfold` " + std::to_string(options.kfold) + ": it must be 0 or 2 to " +
                       std::to_string(kMaxFolds));
  }
  if (options.min_per_class && *options.min_per_class == 0)
    throw Error::Usage("`min_per_class` 0: it must be at least 1");
  if (options.near_duplicates && *options.near_duplicates > kMaxNearDistance) {
    throw Error::Usage("`near_duplicates` " + std::to_string(*options.near_duplicates) + ": it must be at most " +
                       std::to_string(kMaxNearDistance) + " of 64 bits");
  }
  if (options.jobs < 1 || options.jobs > kMaxJobs)
    throw Error::Usage("`jobs` " + std::to_string(options.jobs) + ": it must be 1 to 1024");
  CheckText(options);
  if (!options.label_regex.empty()) NamePattern(options.label_regex, "`label_regex`");
  if (!options.group_by.empty()) GroupKey{options.group_by};
  const NameFilter checked(options.include, options.exclude);  // throws if a pattern is not one
  if (options.class_list && options.class_order != ClassOrder::kAuto) {
    throw Error::Usage("`class_order` and `class_list` exclude each other: both say how classes are numbered");
  }
  if (options.group_by.empty() && options.strict_groups == StrictGroups::kYes) {
    throw Error::Usage("`strict_groups` needs `group_by`, which says what a group is");
  }
  CheckContradictions(options);
}

std::map<std::string, std::string> DecidingOptions(const SplitOptions& options) {
  std::map<std::string, std::string> texts = {{"assign", std::string(NameOf(options.assign))},
                                              {"balance", std::string(NameOf(options.balance))},
                                              {"check", std::string(NameOf(options.check))},
                                              {"duplicates", std::string(NameOf(options.duplicates))},
                                              {"seed", std::to_string(options.seed)}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) texts[name] = value;
  };
  add("group-by", options.group_by);
  add("json-key", options.json_key);
  add("label-regex", options.label_regex);
  if (options.on_missing == OnMissing::kSkip) add("on-missing", std::string(NameOf(options.on_missing)));
  if (options.split_folders != SplitFolders::kAuto) add("split-folders", std::string(NameOf(options.split_folders)));
  if (options.sample) add("sample", FormatNumber(*options.sample));
  if (options.near_duplicates) add("near-duplicates", std::to_string(*options.near_duplicates));
  if (options.columns) add("columns", Joined(*options.columns));
  add("include", Joined(options.include));
  add("exclude", Joined(options.exclude));
  return texts;
}

}  // namespace dataset
