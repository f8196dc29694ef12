#include "dataset/split/splitter.h"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/largest_remainder.h"
#include "dataset/base/message_text.h"
#include "dataset/base/number_text.h"
#include "dataset/split/assignment.h"
#include "dataset/split/balance.h"
#include "dataset/split/checked_source.h"
#include "dataset/split/group_check.h"
#include "dataset/split/group_key.h"
#include "dataset/split/grouping.h"
#include "dataset/split/keep_rows.h"
#include "dataset/split/sample_source.h"
#include "dataset/split/split_plan.h"
#include "dataset/split/split_warnings.h"

namespace dataset {
namespace {

constexpr uint32_t kSampleEpoch = 2;

class Splitter {
 public:
  Splitter(const SplitOptions& options, Progress& progress) : options_(options), progress_(progress) {}

  SplitReport Run() {
    Check();
    Group();
    if (options_.sample) TakePart();
    report_.ready_made ? DealReadyMade() : DealAll();
    WarnOfSpread(samples(), parts_, grouping_, first_, &report_);
    FillManifest();
    BalanceTrain(options_.balance, options_.seed, &report_.manifest);
    CountSamples(&report_);
    WarnOfCounts(options_.balance, &report_);
    report_.fingerprint = Fingerprint();
    return std::move(report_);
  }

 private:
  std::vector<SourceSample>& samples() { return checked_.source.samples; }
  std::vector<CheckedImage>& images() { return checked_.images; }
  std::vector<uint32_t>& labels() { return checked_.labels; }

  [[noreturn]] void Fail(const std::string& cause) const { throw Error(report_.root, cause); }
  [[noreturn]] void Fail(size_t label, const std::string& cause) const {
    Fail(cause + RejectedOfClass(report_, label));
  }

  void Check() {
    SampleSource source = ReadSampleSource(options_, progress_);
    RefuseMisfits(source);
    checked_ = CheckSource(std::move(source), options_, progress_);
    report_.root = checked_.source.root;
    report_.seed = options_.seed;
    report_.options = DecidingOptions(options_);
    report_.ready_made = checked_.source.ready_made;
    if (!checked_.source.list_sha256.empty()) report_.list = options_.source;
    if (!checked_.class_order.empty()) report_.options["class-order"] = checked_.class_order;
    report_.notes = std::move(checked_.source.notes);
    report_.warnings = std::move(checked_.source.warnings);
    report_.skipped = std::move(checked_.source.skipped);
    report_.rejected = std::move(checked_.rejected);
    report_.manifest.classes = std::move(checked_.classes);
    WarnOfFiles(checked_, !options_.label_regex.empty(), &report_);
    AddMissing(checked_.source.missing, &report_.rejected);
    if (report_.manifest.classes.empty()) Fail("holds no images that `label_regex` gives a class");
  }

  // Refuses options that do not fit the source, before any file is read.
  void RefuseMisfits(const SampleSource& source) const {
    if (!source.ready_made && options_.val_fraction) {
      throw Error::Usage("`val_fraction` is for a folder with train/ but without val/; give `ratio` instead");
    }
    if (source.ready_made && (options_.ratio || options_.ratio_rule == RatioRule::kAuto || options_.fixed)) {
      throw Error::Usage(std::string(options_.fixed ? "`fixed`" : "`ratio`") +
                         " does not apply: " + options_.source.string() +
                         " is split already into train, val, test; leave it out (`val_fraction` makes val from train)");
    }
  }

  // Removes samples from every list that has one element per sample.
  void Keep(const std::vector<bool>& kept) {
    KeepRows(kept, &samples());
    KeepRows(kept, &images());
    KeepRows(kept, &labels());
    KeepRows(kept, &first_);
    KeepRows(kept, &keys_);
    KeepRows(kept, &grouping_.groups);
  }

  void Group() {
    if (options_.duplicates != DuplicateRule::kIgnore) {
      DuplicateSets sets = FindDuplicates(samples(), images(), options_.near_duplicates, progress_);
      report_.duplicates = std::move(sets.duplicates);
      first_ = std::move(sets.first);
      WarnOfConflicts(options_.duplicates, sets.placeholders, &report_);
      Drop(FatesByRule(options_.duplicates, sets.same, labels()));
    }
    keys_ = KeysOf(samples(), options_.group_by);
    CheckKeys(options_, samples(), keys_, &report_);
    // The split that a hash gives a group must not change when a later picture joins two groups.
    const JoinKeys join_keys = options_.assign == Assign::kHash ? JoinKeys::kNo : JoinKeys::kYes;
    grouping_ = GroupSamples(samples(), keys_, first_, join_keys);
  }

  void Drop(const std::vector<Fate>& fates) {
    std::vector<bool> kept(fates.size());
    for (size_t i = 0; i < fates.size(); ++i) {
      kept[i] = fates[i] == Fate::kKept;
      if (!kept[i]) report_.dropped.push_back({samples()[i].path, fates[i]});
    }
    first_ = FirstAmongKept(first_, kept);
    Keep(kept);
  }

  std::string Identity(size_t i) const {
    if (!keys_.empty() && !keys_[i].empty()) return keys_[i];
    return checked_.images[i].sha256 ? Hex(*checked_.images[i].sha256) : checked_.source.samples[i].path;
  }

  void TakePart() {
    std::vector<bool> taken(samples().size());
    if (options_.assign == Assign::kHash) {
      for (size_t i = 0; i < taken.size(); ++i) {
        taken[i] = DrawByHash(options_.seed, Identity(i)).sample < *options_.sample;
      }
    } else {
      // Each ready-made split keeps the same part of each class, so the quotas are per class and split.
      DealtSamples dealt{labels(), grouping_.groups};
      if (report_.ready_made) {
        for (size_t i = 0; i < labels().size(); ++i) {
          dealt.labels[i] = labels()[i] * 3 + static_cast<uint32_t>(samples()[i].split.value());
        }
      }
      Quotas quotas;
      for (uint32_t size : Sizes(dealt.labels, report_.manifest.classes.size() * (report_.ready_made ? 3 : 1))) {
        quotas.push_back(LargestRemainder(size, {*options_.sample, 1 - *options_.sample}));
      }
      const std::vector<uint32_t> parts = AssignByQuota(dealt, quotas, {options_.seed, kSampleEpoch, 1});
      for (size_t i = 0; i < taken.size(); ++i) taken[i] = parts[i] == 0;
    }
    Keep(taken);
  }

  static std::vector<uint32_t> Sizes(const std::vector<uint32_t>& labels, size_t classes) {
    std::vector<uint32_t> sizes(classes);
    for (uint32_t label : labels) ++sizes[label];
    return sizes;
  }

  void DealAll() {
    std::vector<uint32_t> pool;
    for (uint32_t i = 0; i < samples().size(); ++i) pool.push_back(i);
    Deal(pool);
  }

  void DealReadyMade() {
    for (const SourceSample& sample : samples()) {
      parts_.push_back({sample.split, std::nullopt});
      report_.wanted[static_cast<size_t>(*sample.split)] = true;
    }
    std::vector<uint32_t> train;
    bool has_val = false;
    for (uint32_t i = 0; i < samples().size(); ++i) {
      if (samples()[i].split == Split::kTrain) train.push_back(i);
      has_val = has_val || samples()[i].split == Split::kVal;
    }
    std::vector<uint32_t> sizes(report_.manifest.classes.size());
    for (uint32_t i : train) ++sizes[labels()[i]];
    for (size_t label = 0; label < sizes.size(); ++label) {
      if (sizes[label] >= options_.min_per_class.value_or(1)) continue;
      const std::string& name = report_.manifest.classes[label];
      if (sizes[label] == 0) Fail(label, "class " + name + " has no images in train; add some, or remove its folders");
      Fail(label, "class " + name + " has " + Counted(sizes[label], "image") +
                      " in train, fewer than `min_per_class` " + std::to_string(*options_.min_per_class));
    }
    if (has_val && options_.val_fraction) {
      throw Error::Usage("`val_fraction` does not apply: there is a val folder with images");
    }
    if (has_val && options_.kfold > 0) throw Error::Usage("`kfold` does not apply: there is a val folder with images");
    if (options_.val_fraction || options_.kfold > 0) {
      Deal(train);
    } else if (!has_val) {
      report_.warnings.push_back("there are no val images; `val_fraction`, 0.1 for example, makes them from train");
    }
  }

  void Deal(const std::vector<uint32_t>& pool) {
    const SplitPlan plan = MakeSplitPlan(options_, pool.size());
    report_.options.insert(plan.options.begin(), plan.options.end());
    DealtSamples dealt;
    for (uint32_t i : pool) {
      dealt.labels.push_back(labels()[i]);
      dealt.groups.push_back(grouping_.groups[i]);
    }
    const std::vector<uint32_t> sizes = Sizes(dealt.labels, report_.manifest.classes.size());
    CheckClassSizes(plan, sizes);
    const GroupDeal deal{options_, plan, grouping_, dealt};
    CheckGroups(deal);

    Quotas quotas;
    std::vector<uint32_t> parts;
    if (options_.assign == Assign::kHash) {
      for (uint32_t i : pool) {
        parts.push_back(AssignByHash(DrawByHash(options_.seed, Identity(i)).split, plan.weights));
      }
    } else {
      quotas = MakeQuotas(plan, options_, sizes);
      parts = AssignByQuota(dealt, quotas, {options_.seed, 0, plan.required});
      WarnOfQuotas(dealt.labels, parts, quotas, plan, &report_);
    }
    CheckParts(deal, quotas, parts, &report_);
    for (size_t part = 0; part < plan.parts.size(); ++part) {
      if (plan.wanted[part]) report_.wanted[static_cast<size_t>(*plan.parts[part].split)] = true;
    }
    parts_.resize(samples().size());
    for (size_t i = 0; i < pool.size(); ++i) parts_[pool[i]] = plan.parts[parts[i]];
  }

  void CheckClassSizes(const SplitPlan& plan, const std::vector<uint32_t>& sizes) {
    const uint32_t least = options_.min_per_class.value_or(2 * plan.Wanted());
    report_.options["min-per-class"] = std::to_string(least);
    uint64_t taken = 0;
    for (uint32_t count : options_.fixed.value_or(std::vector<uint32_t>())) taken += count;
    if (options_.fixed && options_.fixed->size() == 2) ++taken;  // one stays for train
    const std::string left = options_.sample ? " left by `sample` " + FormatNumber(*options_.sample) : "";
    for (size_t label = 0; label < sizes.size(); ++label) {
      if (sizes[label] >= least && sizes[label] >= taken) continue;
      const std::string has = "class " + report_.manifest.classes[label] + " has " + Counted(sizes[label], "image") +
                              left + ", but " + plan.wish + " needs ";
      if (sizes[label] < taken) Fail(label, has + std::to_string(taken) + "; add images or lower the counts");
      Fail(label, has + std::to_string(least) + (options_.min_per_class ? "" : ", 2 for each part") +
                      "; add images, remove the class, or lower `min_per_class`");
    }
  }

  void FillManifest() {
    // A group may lie in several ready-made splits. It must not be written as a group: readers would refuse it.
    std::vector<std::optional<Split>> split_of(grouping_.names.size());
    std::vector<bool> spread(grouping_.names.size());
    std::vector<uint32_t> sizes(grouping_.names.size());
    for (size_t i = 0; i < samples().size(); ++i) {
      if (!parts_[i].split) continue;
      const uint32_t group = grouping_.groups[i];
      if (split_of[group] && split_of[group] != parts_[i].split) spread[group] = true;
      split_of[group] = parts_[i].split;
      report_.groups += ++sizes[group] == 2 ? 1 : 0;
    }
    report_.manifest.entries.reserve(samples().size());
    for (size_t i = 0; i < samples().size(); ++i) {
      if (!parts_[i].split) continue;
      ManifestEntry entry;
      entry.path = std::move(samples()[i].path);
      entry.label = std::move(samples()[i].label);
      entry.split = *parts_[i].split;
      entry.fold = parts_[i].fold;
      const uint32_t group = grouping_.groups[i];
      if (!spread[group]) entry.group = grouping_.names[group];
      report_.manifest.entries.push_back(std::move(entry));
    }
  }

  std::string Fingerprint() const {
    std::string text = "format_version=1\nroot=" + report_.root.string() + "\nlist=" + checked_.source.list_sha256 +
                       "\nimages=" + checked_.digest + "\n";
    for (const auto& [key, value] : report_.options) text += key + "=" + value + "\n";
    return Sha256Hex(text);
  }

  const SplitOptions& options_;
  Progress& progress_;
  CheckedSource checked_;
  // These lists, and grouping_.groups, have one element per sample or are empty.
  std::vector<uint32_t> first_;  // DuplicateSets::first; empty: duplicates are ignored
  std::vector<std::string> keys_;
  Grouping grouping_;
  std::vector<SplitPart> parts_;
  SplitReport report_;
};

}  // namespace

SplitReport MakeSplit(const SplitOptions& options, Progress& progress) {
  Validate(options);
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(options.jobs));
  return tbb::task_arena(options.jobs).execute([&] { return Splitter(options, progress).Run(); });
}

}  // namespace dataset
