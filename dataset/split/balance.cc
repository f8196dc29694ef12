#include "dataset/split/balance.h"

#include <algorithm>
#include <span>

#include "dataset/base/random.h"

namespace dataset {
namespace {

constexpr uint32_t kEpoch = 4;

}  // namespace

void BalanceTrain(Balance balance, uint64_t seed, Manifest* manifest) {
  if (balance == Balance::kNone) return;
  std::vector<std::vector<uint32_t>> train(manifest->classes.size());
  const std::vector<uint32_t> labels = manifest->Labels();
  for (uint32_t i = 0; i < labels.size(); ++i) {
    if (manifest->entries[i].split == Split::kTrain) train[labels[i]].push_back(i);
  }
  size_t least = SIZE_MAX, most = 0;
  for (const auto& samples : train) {
    if (samples.empty()) continue;
    least = std::min(least, samples.size());
    most = std::max(most, samples.size());
  }

  std::vector<bool> dropped(labels.size());
  for (uint32_t label = 0; label < train.size(); ++label) {
    std::vector<uint32_t>& samples = train[label];
    Rng rng(seed, Domain::kSplit, kEpoch, label);
    Shuffle(std::span(samples), rng);
    for (size_t rank = 0; rank < samples.size(); ++rank) {
      if (balance == Balance::kUndersample) {
        dropped[samples[rank]] = rank >= least;
      } else {
        const size_t repeat = most / samples.size() + (rank < most % samples.size() ? 1 : 0);
        manifest->entries[samples[rank]].repeat = static_cast<uint32_t>(repeat);
      }
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < dropped.size(); ++i) {
    if (dropped[i]) continue;
    if (kept != i) manifest->entries[kept] = std::move(manifest->entries[i]);
    ++kept;
  }
  manifest->entries.resize(kept);
}

}  // namespace dataset
