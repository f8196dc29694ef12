#include "dataset/bench/loader_limit.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dataset {

LoaderShares SharesOf(const LoaderStats& stats, double seconds, int threads) {
  // While the loader waits, no thread works, so a wait counts for all threads.
  const auto of_time = [&](LoaderStage stage) { return stats.Seconds(stage) / seconds; };
  const auto of_threads = [&](LoaderStage stage) { return of_time(stage) / threads; };
  LoaderShares shares{.read = of_time(LoaderStage::kRead),
                      .parse = of_threads(LoaderStage::kParse),
                      .decode = of_threads(LoaderStage::kDecode),
                      .augment = of_threads(LoaderStage::kAugment),
                      .collate = of_threads(LoaderStage::kCollate),
                      .segment_wait = of_time(LoaderStage::kSegmentWait),
                      .buffer_wait = of_time(LoaderStage::kBufferWait)};
  shares.other = std::max(0.0, 1 - shares.parse - shares.decode - shares.augment - shares.collate -
                                   shares.segment_wait - shares.buffer_wait);
  return shares;
}

std::string_view LimitName(LoaderLimit limit) {
  constexpr std::string_view kNames[] = {"disk", "consumer", "parse", "decode", "augment", "collate"};
  return kNames[static_cast<size_t>(limit)];
}

LoaderLimit LimitOf(const LoaderShares& shares) {
  constexpr double kLongWait = 0.1;
  if (std::max(shares.segment_wait, shares.buffer_wait) > kLongWait) {
    return shares.segment_wait >= shares.buffer_wait ? LoaderLimit::kDisk : LoaderLimit::kConsumer;
  }
  const std::array<std::pair<double, LoaderLimit>, 4> stages = {{{shares.decode, LoaderLimit::kDecode},
                                                                 {shares.augment, LoaderLimit::kAugment},
                                                                 {shares.collate, LoaderLimit::kCollate},
                                                                 {shares.parse, LoaderLimit::kParse}}};
  return std::max_element(stages.begin(), stages.end(), [](const auto& a, const auto& b) { return a.first < b.first; })
      ->second;
}

}  // namespace dataset
