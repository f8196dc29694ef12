#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "train/metrics/metrics_history.h"

namespace train::testing {

inline constexpr double kBegun = 1.75e9;

// The events of a run of `epochs` epochs of `steps` steps: the first epoch is the head's, losses fall, the rate too.
inline std::vector<nlohmann::ordered_json> RunEvents(int epochs, int steps) {
  std::vector<nlohmann::ordered_json> events;
  events.push_back({{"event", "start"}, {"options", {{"seed", "0"}}}, {"first_epoch", 1u}, {"begun", kBegun}});
  uint64_t step = 0;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    double rate = 0;
    for (int i = 0; i < steps; ++i, ++step) {
      rate = 1e-3 / (1.0 + static_cast<double>(step) / steps);
      events.push_back({{"event", "step"},
                        {"step", step},
                        {"epoch", 1u + static_cast<unsigned>(epoch)},
                        {"loss", 2.3 * std::exp(-static_cast<double>(step) / steps) + 0.1 * (i % 3)},
                        {"learning_rate", rate}});
    }
    const double left = std::exp(-epoch);
    events.push_back({{"event", "epoch"},
                      {"phase", epoch == 0 ? "head" : "finetune"},
                      {"epoch", 1u + static_cast<unsigned>(epoch)},
                      {"step", step},
                      {"loss", 1.5 * left},
                      {"accuracy", 1 - 0.5 * left},
                      {"val_loss", 1.7 * left},
                      {"val_accuracy", 1 - 0.6 * left},
                      {"best", true},
                      {"learning_rate", rate},
                      {"images_per_second", 150.5},
                      {"data_wait", 0.01},
                      {"seconds", 10.25}});
  }
  return events;
}

inline MetricsHistory HistoryOf(int epochs, int steps) {
  MetricsHistory history;
  for (const auto& event : RunEvents(epochs, steps)) history.Add(event);
  return history;
}

}  // namespace train::testing
