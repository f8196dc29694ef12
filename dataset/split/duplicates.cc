#include "dataset/split/duplicates.h"

#include <tbb/parallel_sort.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "dataset/base/disjoint_sets.h"
#include "dataset/io/csv.h"
#include "dataset/split/near_hashes.h"

namespace dataset {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

class Finder {
 public:
  Finder(const std::vector<SourceSample>& samples, const std::vector<CheckedImage>& images)
      : samples_(samples), images_(images), same_as_(samples.size(), kNone), sets_(samples.size()) {}

  void FindSame() {
    std::vector<uint32_t> order;
    for (uint32_t i = 0; i < images_.size(); ++i) {
      if (images_[i].sha256) order.push_back(i);
    }
    ForEachRun(
        order, [this](uint32_t i) -> const Sha256Digest& { return *images_[i].sha256; },
        [this](uint32_t first, uint32_t i) {
          same_as_[i] = first;
          sets_.Join(first, i);
        });
  }

  // Of files with equal bytes only the first takes part, and of pictures with equal hashes only the first is searched
  // for neighbours; the others are near it at distance 0.
  void FindNear(uint32_t distance) {
    std::vector<uint32_t> order;
    for (uint32_t i = 0; i < images_.size(); ++i) {
      if (same_as_[i] == kNone) order.push_back(i);
    }
    nearest_.resize(samples_.size());
    ForEachRun(
        order, [this](uint32_t i) { return images_[i].perceptual_hash; },
        [this](uint32_t first, uint32_t i) {
          nearest_[i] = {first, 0};
          sets_.Join(first, i);
        });
    std::vector<uint32_t> unique;
    std::vector<uint64_t> hashes;
    for (uint32_t i : order) {
      if (nearest_[i].index != kNone) continue;
      unique.push_back(i);
      hashes.push_back(images_[i].perceptual_hash);
    }
    DisjointSets near_sets(unique.size());
    const std::vector<NearestHash> nearest = FindNearHashes(hashes, distance, &near_sets);
    for (uint32_t u = 0; u < unique.size(); ++u) {
      sets_.Join(unique[u], unique[near_sets.First(u)]);
      if (nearest[u].index != kNone) nearest_[unique[u]] = {unique[nearest[u].index], nearest[u].distance};
    }
  }

  DuplicateSets Result() {
    DuplicateSets result;
    for (uint32_t i = 0; i < samples_.size(); ++i) {
      result.first.push_back(sets_.First(i));
      result.same.push_back(same_as_[i] == kNone ? i : same_as_[i]);
      if (result.first.back() == i) continue;
      if (same_as_[i] != kNone) {
        result.duplicates.push_back(Describe(i, Duplicate::Kind::kSame, {same_as_[i], 0}));
      } else {
        result.duplicates.push_back(Describe(i, Duplicate::Kind::kNear, nearest_[i]));
      }
    }
    result.placeholders = FindPlaceholders();
    return result;
  }

 private:
  std::vector<Placeholder> FindPlaceholders() const {
    struct Copies {
      uint32_t files = 0;
      std::set<std::string_view> labels;
    };
    std::map<uint32_t, Copies> copies;  // by the first of them
    for (uint32_t i = 0; i < samples_.size(); ++i) {
      if (same_as_[i] == kNone) continue;
      const auto [same, is_new] = copies.try_emplace(same_as_[i], Copies{1, {samples_[same_as_[i]].label}});
      ++same->second.files;
      same->second.labels.insert(samples_[i].label);
    }
    std::vector<Placeholder> placeholders;
    for (const auto& [first, same] : copies) {
      const auto classes = static_cast<uint32_t>(same.labels.size());
      if (classes >= kPlaceholderClasses) placeholders.push_back({samples_[first].path, same.files, classes});
    }
    std::stable_sort(placeholders.begin(), placeholders.end(),
                     [](const Placeholder& a, const Placeholder& b) { return a.files > b.files; });
    return placeholders;
  }

  // Calls join(first, other) for every sample in `order` whose key an earlier sample has too; `first` is the first one.
  template <typename KeyOf, typename Join>
  static void ForEachRun(std::vector<uint32_t> order, const KeyOf& key, const Join& join) {
    tbb::parallel_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      if (key(a) != key(b)) return key(a) < key(b);
      return a < b;
    });
    for (size_t i = 1, first = 0; i < order.size(); ++i) {
      if (key(order[i]) == key(order[first])) {
        join(order[first], order[i]);
      } else {
        first = i;
      }
    }
  }

  Duplicate Describe(uint32_t i, Duplicate::Kind kind, const NearestHash& other) const {
    const SourceSample &sample = samples_[i], &same_as = samples_[other.index];
    return {sample.path, kind, same_as.path, other.distance, sample.label != same_as.label};
  }

  const std::vector<SourceSample>& samples_;
  const std::vector<CheckedImage>& images_;
  std::vector<uint32_t> same_as_;     // one per sample: the first sample with equal bytes, or kNone
  std::vector<NearestHash> nearest_;  // one per sample
  DisjointSets sets_;
};

}  // namespace

DuplicateSets FindDuplicates(const std::vector<SourceSample>& samples, const std::vector<CheckedImage>& images,
                             std::optional<uint32_t> near, Progress& progress) {
  progress.Start("comparing images", samples.size());
  Finder finder(samples, images);
  finder.FindSame();
  if (near) finder.FindNear(*near);
  DuplicateSets sets = finder.Result();
  progress.Advance(samples.size());
  progress.Finish();
  return sets;
}

std::vector<Fate> FatesByRule(DuplicateRule rule, const std::vector<uint32_t>& same,
                              const std::vector<uint32_t>& labels) {
  std::vector<Fate> fates(same.size(), Fate::kKept);
  if (rule != DuplicateRule::kDrop && rule != DuplicateRule::kDropConflicts) return fates;
  std::vector<bool> conflict(same.size());
  for (size_t i = 0; i < same.size(); ++i) {
    if (labels[i] != labels[same[i]]) conflict[same[i]] = true;
  }
  for (size_t i = 0; i < same.size(); ++i) {
    if (conflict[same[i]]) {
      fates[i] = rule == DuplicateRule::kDrop ? Fate::kKept : Fate::kDroppedConflict;
    } else if (same[i] != i) {
      fates[i] = Fate::kDroppedCopy;
    }
  }
  return fates;
}

std::vector<uint32_t> FirstAmongKept(const std::vector<uint32_t>& first, const std::vector<bool>& kept) {
  std::vector<uint32_t> first_kept(first.size(), kNone);
  uint32_t count = 0;
  for (size_t i = 0; i < first.size(); ++i) {
    if (kept[i] && first_kept[first[i]] == kNone) first_kept[first[i]] = count;
    count += kept[i] ? 1 : 0;
  }
  std::vector<uint32_t> places;
  places.reserve(first.size());
  for (const uint32_t set : first) places.push_back(first_kept[set]);
  return places;
}

std::string FormatDuplicates(const std::vector<Duplicate>& duplicates) {
  std::string csv;
  AppendCsvRow({"path", "kind", "same_as", "distance", "conflict"}, &csv);
  for (const Duplicate& duplicate : duplicates) {
    AppendCsvRow({duplicate.path, duplicate.kind == Duplicate::Kind::kSame ? "same" : "near", duplicate.same_as,
                  std::to_string(duplicate.distance), duplicate.conflict ? "yes" : "no"},
                 &csv);
  }
  return csv;
}

}  // namespace dataset
