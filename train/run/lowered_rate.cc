#include "train/run/lowered_rate.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "train/loop/phase_progress.h"

namespace train {

namespace {

std::optional<double> Number(const std::map<std::string, std::string>& options, const std::string& name) {
  const auto found = options.find(name);
  if (found == options.end()) return std::nullopt;
  const std::string& text = found->second;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::vector<LoweredRate> TakeLoweredRates(const std::vector<Phase>& phases,
                                          const std::map<std::string, std::string>& now, TrainState* state) {
  std::vector<LoweredRate> lowered;
  NotePhasesDone(phases, state);
  const size_t current = state->phase_ends.size();
  for (size_t i = current; i < phases.size(); ++i) {
    const std::string name = std::string(dataset::NameOf(phases[i].kind)) + "_learning_rate";
    const std::optional<double> was = Number(state->options, name), is = Number(now, name);
    if (was && is && *is < *was) {
      lowered.push_back({phases[i].kind, *was, *is, i == current});
      state->options[name] = now.at(name);
      if (i == current) state->divergences = {.skipped = state->divergences.skipped};
    }
  }
  return lowered;
}

bool GoesOnFromBest(const std::vector<LoweredRate>& rates) {
  return std::any_of(rates.begin(), rates.end(), [](const LoweredRate& rate) { return rate.current; });
}

}  // namespace train
