#include "dataset/split/split_warnings.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "dataset/base/message_text.h"
#include "dataset/catalog/class_counts.h"

namespace dataset {
namespace {

constexpr uint32_t kFewImages = 100;

std::string OfClasses(size_t count, const SplitReport& report) {
  return std::to_string(count) + " of " + std::to_string(report.manifest.classes.size()) + " classes";
}

// The number of sets whose samples are in more than one split, and two samples that show it for the first such set.
struct Spread {
  size_t sets = 0;
  uint32_t one = 0;
  uint32_t other = 0;
};

Spread FindSpread(const std::vector<uint32_t>& sets, const std::vector<SplitPart>& parts) {
  constexpr uint32_t kNone = UINT32_MAX;
  Spread spread;
  const uint32_t count = sets.empty() ? 0 : *std::max_element(sets.begin(), sets.end()) + 1;
  std::vector<uint32_t> first(count, kNone);
  std::vector<bool> counted(count);
  for (uint32_t i = 0; i < sets.size(); ++i) {
    if (!parts[i].split) continue;
    uint32_t& one = first[sets[i]];
    if (one == kNone) one = i;
    if (parts[one].split == parts[i].split || counted[sets[i]]) continue;
    counted[sets[i]] = true;
    if (spread.sets++ == 0) spread = {1, one, i};
  }
  return spread;
}

void WarnOfRejected(SplitReport* report) {
  std::vector<RejectedImage> damaged;
  std::map<std::string, std::vector<std::string>> unread;  // paths, by the reason
  for (const RejectedImage& image : report->rejected) {
    if (image.verdict == CheckedImage::Verdict::kUnreadFormat) {
      unread[image.reason].push_back(image.path);
    } else {
      damaged.push_back(image);
    }
  }
  for (const auto& [reason, paths] : unread) {
    report->warnings.push_back(Counted(paths.size(), "file") + " left out, the first " + paths.front() + ": " + reason +
                               " (rejected.csv)");
  }
  if (!damaged.empty()) {
    report->warnings.push_back(Counted(damaged.size(), "damaged file") + " left out, the first " +
                               damaged.front().path + ": " + damaged.front().reason + " (rejected.csv)");
  }
}

void WarnOfFrames(const CheckedSource& checked, SplitReport* report) {
  const auto animated = [](const CheckedImage& image) { return image.animated; };
  const auto first = std::find_if(checked.images.begin(), checked.images.end(), animated);
  if (first == checked.images.end()) return;
  const auto count = std::count_if(first, checked.images.end(), animated);
  report->warnings.push_back("only the first frame or page is taken of " +
                             Counted(static_cast<size_t>(count), "picture") + " with several, the first " +
                             checked.source.samples[static_cast<size_t>(first - checked.images.begin())].path);
}

}  // namespace

void WarnOfFiles(const CheckedSource& checked, bool by_regex, SplitReport* report) {
  const std::vector<std::string>& strays = checked.strays;
  if (!strays.empty()) {
    report->warnings.push_back(Counted(strays.size(), "image") +
                               (by_regex ? " left out, because `label_regex` does not match the name"
                                         : " left out, because no class folder holds it") +
                               ", the first " + strays.front());
  }
  WarnOfRejected(report);
  WarnOfFrames(checked, report);
}

std::string RejectedOfClass(const SplitReport& report, size_t label) {
  const auto of_class = [&](const RejectedImage& image) { return image.label == report.manifest.classes[label]; };
  const auto first = std::find_if(report.rejected.begin(), report.rejected.end(), of_class);
  if (first == report.rejected.end()) return "";
  return "; " + std::to_string(std::count_if(first, report.rejected.end(), of_class)) +
         " of its files are left out, the first " + first->path + ": " + first->reason;
}

void WarnOfConflicts(DuplicateRule rule, const std::vector<Placeholder>& placeholders, SplitReport* report) {
  const std::string fate = rule == DuplicateRule::kDropConflicts ? "; left out (duplicates.csv)"
                                                                 : "; `duplicates` drop-conflicts leaves such pictures "
                                                                   "out (duplicates.csv)";
  std::set<std::string_view> paths;
  for (const Placeholder& placeholder : placeholders) paths.insert(placeholder.path);
  if (!placeholders.empty()) {
    const Placeholder& first = placeholders.front();
    report->warnings.push_back(Counted(placeholders.size(), "placeholder") +
                               ", one picture in three or more classes: " + (placeholders.size() > 1 ? "first " : "") +
                               first.path + ", " + Counted(first.files, "file") + " in " +
                               OfClasses(first.classes, *report) + fate);
  }
  const auto warn = [&](Duplicate::Kind kind, const char* how, const std::string& end) {
    const auto conflict = [&](const Duplicate& duplicate) {
      return duplicate.conflict && duplicate.kind == kind &&
             !(kind == Duplicate::Kind::kSame && paths.contains(duplicate.same_as));
    };
    const auto first = std::find_if(report->duplicates.begin(), report->duplicates.end(), conflict);
    if (first == report->duplicates.end()) return;
    const auto count = std::count_if(first, report->duplicates.end(), conflict);
    report->warnings.push_back("label conflict: " + Counted(static_cast<size_t>(count), "picture") + how +
                               ", the first " + first->same_as + " and " + first->path + end);
  };
  warn(Duplicate::Kind::kSame, " also under another label", fate);
  warn(Duplicate::Kind::kNear, " like one under another label", " (duplicates.csv)");
}

void WarnOfQuotas(const std::vector<uint32_t>& labels, const std::vector<uint32_t>& parts, const Quotas& quotas,
                  const SplitPlan& plan, SplitReport* report) {
  Quotas got(quotas.size(), std::vector<uint32_t>(plan.parts.size()));
  for (size_t i = 0; i < labels.size(); ++i) ++got[labels[i]][parts[i]];
  size_t classes = 0, worst_label = 0, worst_part = 0;
  int64_t most = 0;
  for (size_t label = 0; label < quotas.size(); ++label) {
    classes += got[label] != quotas[label] ? 1 : 0;
    for (size_t part = 0; part < plan.parts.size(); ++part) {
      const int64_t miss = std::abs(int64_t{got[label][part]} - quotas[label][part]);
      if (miss <= most) continue;
      most = miss;
      worst_label = label;
      worst_part = part;
    }
  }
  if (classes == 0) return;
  report->warnings.push_back("whole groups make " + OfClasses(classes, *report) + " miss their quotas, the most " +
                             report->manifest.classes[worst_label] + " in " + NameOf(plan.parts[worst_part]) +
                             " with " + std::to_string(got[worst_label][worst_part]) + " instead of " +
                             std::to_string(quotas[worst_label][worst_part]));
}

void WarnOfSpread(const std::vector<SourceSample>& samples, const std::vector<SplitPart>& parts,
                  const Grouping& grouping, const std::vector<uint32_t>& first, SplitReport* report) {
  const auto warn = [&](const Spread& spread, const std::string& what) {
    if (spread.sets == 0) return;
    report->warnings.push_back("leak: " + Counted(spread.sets, what) + " in several splits, the first with " +
                               samples[spread.one].path + " and " + samples[spread.other].path);
  };
  const Spread groups = FindSpread(grouping.groups, parts), pictures = FindSpread(first, parts);
  report->torn_duplicates = static_cast<uint32_t>(pictures.sets);
  warn(groups, "group");
  if (groups.sets == 0) warn(pictures, "picture");
}

void WarnOfCounts(Balance balance, SplitReport* report) {
  const std::vector<std::string>& classes = report->manifest.classes;
  if (classes.size() == 1) {
    report->warnings.push_back("there is one class only, " + classes.front() +
                               "; a classifier needs two, so is this the folder above the classes?");
  }
  std::vector<uint32_t> sizes(classes.size());
  for (const auto& counts : report->counts) {
    std::transform(sizes.begin(), sizes.end(), counts.begin(), sizes.begin(), std::plus<>());
  }
  const auto few = std::count_if(sizes.begin(), sizes.end(), [](uint32_t size) { return size < kFewImages; });
  if (few > 0) {
    const auto fewest = std::min_element(sizes.begin(), sizes.end());
    report->warnings.push_back(
        OfClasses(static_cast<size_t>(few), *report) + " with fewer than " + Counted(kFewImages, "image") +
        ", the fewest " + classes[static_cast<size_t>(fewest - sizes.begin())] + " with " + std::to_string(*fewest));
  }
  for (std::string& missing : MissingClasses(classes, report->counts)) report->warnings.push_back(std::move(missing));
  const std::string imbalance = Imbalance(classes, report->counts);
  if (!imbalance.empty() && balance == Balance::kNone) {
    report->warnings.push_back(imbalance + "; `balance` oversample, or dtrain's sampler balanced, evens them out");
  }
}

void CountSamples(SplitReport* report) {
  for (auto& counts : report->counts) counts.assign(report->manifest.classes.size(), 0);
  const std::vector<uint32_t> labels = report->manifest.Labels();
  for (size_t i = 0; i < labels.size(); ++i) {
    ++report->counts[static_cast<size_t>(report->manifest.entries[i].split)][labels[i]];
  }
}

}  // namespace dataset
