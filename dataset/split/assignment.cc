#include "dataset/split/assignment.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <tuple>

#include "dataset/base/largest_remainder.h"
#include "dataset/base/little_endian.h"
#include "dataset/base/random.h"
#include "dataset/base/sha256.h"

namespace dataset {
namespace {

struct ClassCount {
  uint32_t label;
  uint32_t count;
};

// Sorts the indices of `numbers` by their number: runs[n] lists, in ascending order, every i with numbers[i] == n.
class Runs {
 public:
  explicit Runs(const std::vector<uint32_t>& numbers) {
    const uint32_t count = numbers.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end()) + 1;
    begins_.assign(count + 1, 0);
    for (uint32_t number : numbers) ++begins_[number + 1];
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    items_.resize(numbers.size());
    std::vector<uint32_t> next(begins_.begin(), begins_.end() - 1);
    for (uint32_t i = 0; i < numbers.size(); ++i) items_[next[numbers[i]]++] = i;
  }

  uint32_t count() const { return static_cast<uint32_t>(begins_.size() - 1); }
  std::span<const uint32_t> operator[](uint32_t number) const {
    if (number >= count()) return {};
    return std::span(items_).subspan(begins_[number], begins_[number + 1] - begins_[number]);
  }

 private:
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> items_;
};

class Dealer {
 public:
  Dealer(const DealtSamples& samples, const Quotas& quotas, const DealOptions& options)
      : samples_(samples),
        quotas_(quotas),
        options_(options),
        parts_(quotas.empty() ? 0 : quotas.front().size()),
        members_(samples.groups),
        by_label_(samples.labels),
        got_(quotas.size(), std::vector<uint32_t>(parts_)),
        part_of_(samples.labels.size()),
        open_(parts_) {
    for (const auto& quota : quotas) {
      for (size_t part = 0; part < parts_; ++part) open_[part] = open_[part] || quota[part] > 0;
    }
  }

  std::vector<uint32_t> Deal() {
    DealGroups();
    for (uint32_t label = 0; label < quotas_.size(); ++label) DealSingles(label);
    for (uint32_t label = 0; label < quotas_.size(); ++label) FillEmptyParts(label);
    return std::move(part_of_);
  }

 private:
  // How many samples of each class the group has, sorted by label.
  std::vector<ClassCount> CountClasses(uint32_t group) const {
    std::vector<uint32_t> labels;
    for (uint32_t i : members_[group]) labels.push_back(samples_.labels[i]);
    std::sort(labels.begin(), labels.end());
    std::vector<ClassCount> counts;
    for (uint32_t label : labels) {
      if (counts.empty() || counts.back().label != label) counts.push_back({label, 0});
      ++counts.back().count;
    }
    return counts;
  }

  void Put(uint32_t group, uint32_t part) {
    for (uint32_t i : members_[group]) {
      part_of_[i] = part;
      ++got_[samples_.labels[i]][part];
    }
  }

  void DealGroups() {
    std::vector<uint32_t> order;
    for (uint32_t group = 0; group < members_.count(); ++group) {
      if (members_[group].size() > 1) order.push_back(group);
    }
    Rng rng(options_.seed, Domain::kSplit, options_.epoch + 1, 0);
    Shuffle(std::span(order), rng);
    std::stable_sort(order.begin(), order.end(),
                     [this](uint32_t a, uint32_t b) { return members_[a].size() > members_[b].size(); });
    for (uint32_t group : order) Put(group, ChoosePart(CountClasses(group)));
  }

  uint32_t ChoosePart(const std::vector<ClassCount>& counts) const {
    struct Choice {
      uint32_t part;
      uint64_t excess;  // samples that the group would put there beyond the quotas
      uint64_t vacant;  // open places there for the group's classes
      uint64_t quota;   // the part's quotas of the group's classes
    };
    std::optional<Choice> best;
    for (uint32_t part = 0; part < parts_; ++part) {
      if (!open_[part]) continue;
      Choice choice{part, 0, 0, 0};
      for (const auto& [label, count] : counts) {
        const uint64_t vacant = Vacant(label, part);
        choice.excess += count > vacant ? count - vacant : 0;
        choice.vacant += vacant;
        choice.quota += quotas_[label][part];
      }
      // Compares vacant / quota without dividing.
      const auto emptier = [](const Choice& a, const Choice& b) { return a.vacant * b.quota > b.vacant * a.quota; };
      if (!best || choice.excess < best->excess || (choice.excess == best->excess && emptier(choice, *best))) {
        best = choice;
      }
    }
    return best->part;
  }

  uint32_t Vacant(uint32_t label, uint32_t part) const {
    return quotas_[label][part] - std::min(quotas_[label][part], got_[label][part]);
  }

  void DealSingles(uint32_t label) {
    std::vector<uint32_t> singles;
    for (uint32_t i : by_label_[label]) {
      if (members_[samples_.groups[i]].size() == 1) singles.push_back(i);
    }
    if (singles.empty()) return;
    Rng rng(options_.seed, Domain::kSplit, options_.epoch, label);
    Shuffle(std::span(singles), rng);
    std::vector<double> vacant;
    for (uint32_t part = 0; part < parts_; ++part) vacant.push_back(Vacant(label, part));
    const std::vector<uint32_t> shares = LargestRemainder(static_cast<uint32_t>(singles.size()), vacant);
    auto next = singles.begin();
    for (uint32_t part = 0; part < parts_; ++part) {
      for (uint32_t n = 0; n < shares[part]; ++n) Put(samples_.groups[*next++], part);
    }
  }

  void FillEmptyParts(uint32_t label) {
    uint32_t wanted = 0, empty = 0;
    for (uint32_t part = 0; part < options_.required; ++part) {
      wanted += quotas_[label][part] > 0 ? 1 : 0;
      empty += quotas_[label][part] > 0 && got_[label][part] == 0 ? 1 : 0;
    }
    if (empty == 0) return;
    std::vector<uint32_t> groups;
    for (uint32_t i : by_label_[label]) groups.push_back(samples_.groups[i]);
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    if (groups.size() < wanted) return;
    for (uint32_t part = 0; part < options_.required; ++part) {
      if (quotas_[label][part] == 0 || got_[label][part] > 0) continue;
      const std::optional<uint32_t> group = ChooseMove(label, groups);
      if (!group) continue;
      for (uint32_t i : members_[*group]) --got_[samples_.labels[i]][part_of_[i]];
      Put(*group, part);
    }
  }

  // Which of the class's `groups` to move to a part that has no sample of `label`; nullopt: every move would empty a
  // class somewhere.
  std::optional<uint32_t> ChooseMove(uint32_t label, const std::vector<uint32_t>& groups) const {
    std::optional<uint32_t> best;
    std::tuple<int64_t, size_t> best_rank;
    for (uint32_t group : groups) {
      const uint32_t from = part_of_[members_[group].front()];
      const int64_t lack = int64_t{quotas_[label][from]} - got_[label][from];
      const std::tuple<int64_t, size_t> rank(lack, members_[group].size());
      if (best && rank >= best_rank) continue;
      const std::vector<ClassCount> counts = CountClasses(group);
      const auto empties = [&](const ClassCount& c) { return got_[c.label][from] == c.count; };
      if (std::any_of(counts.begin(), counts.end(), empties)) continue;
      best = group;
      best_rank = rank;
    }
    return best;
  }

  const DealtSamples& samples_;
  const Quotas& quotas_;
  const DealOptions& options_;
  const size_t parts_;
  const Runs members_;
  const Runs by_label_;
  Quotas got_;
  std::vector<uint32_t> part_of_;
  std::vector<bool> open_;  // one per part: some class has a quota there
};

double Fraction(const uint8_t* bytes) {
  uint64_t word = 0;
  for (int i = 0; i < 8; ++i) word = word << 8 | bytes[i];
  return static_cast<double>(word >> 11) * 0x1p-53;
}

}  // namespace

std::vector<uint32_t> AssignByQuota(const DealtSamples& samples, const Quotas& quotas, const DealOptions& options) {
  assert(samples.labels.size() == samples.groups.size());
  return Dealer(samples, quotas, options).Deal();
}

HashDraw DrawByHash(uint64_t seed, std::string_view identity) {
  std::string text(8, '\0');
  StoreLittleEndian(seed, text.data());
  text += identity;
  const Sha256Digest digest = Sha256Of(text);
  return {Fraction(digest.data()), Fraction(digest.data() + 8)};
}

uint32_t AssignByHash(double u, const std::vector<double>& weights) {
  // Weights count in whole millionths, so that .6,.2,.2 and 60,20,20 give the same limits.
  std::vector<uint64_t> units;
  for (double weight : weights) units.push_back(static_cast<uint64_t>(std::llround(weight / kMinWeight)));
  const auto sum = static_cast<double>(std::accumulate(units.begin(), units.end(), uint64_t{0}));
  uint64_t cumulative = 0;
  uint32_t part = 0;
  while (part + 1 < units.size() && u >= static_cast<double>(cumulative += units[part]) / sum) ++part;
  return part;
}

}  // namespace dataset
