#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/guard/divergence.h"
#include "train/loop/best_rule.h"
#include "train/loop/early_stop.h"
#include "train/loop/phase.h"
#include "train/loop/time_plan.h"
#include "train/loop/weights_kind.h"

namespace train {

// How far a training is. Together with the weights and the state of the optimizer it is all that a resume needs. The
// fields are described in proto/train_state.proto.
struct TrainState {
  bool complete = false;
  PhaseKind phase = PhaseKind::kHead;
  uint32_t epoch = 0;
  uint64_t batch = 0;
  uint64_t step = 0;
  double loss_sum = 0;
  uint64_t correct = 0;
  uint64_t samples = 0;
  double epoch_seconds = 0;
  double total_seconds = 0;
  double wait_seconds = 0;
  double learning_rate = 0;
  double best_accuracy = -1;
  uint32_t best_epoch = 0;
  double best_loss = 0;
  double best_f1 = 0;
  WeightsKind best_weights = WeightsKind::kRaw;
  std::vector<uint32_t> averaged;  // epochs
  std::vector<ScoredEpoch> kept;
  std::vector<ValResult> history;
  std::vector<uint32_t> phase_ends;
  std::optional<TimePlan> time_plan;
  double clock_seconds = 0;
  std::optional<StopReason> stop;
  uint32_t micro_batch = 0;
  double loss_scale = 0;
  uint32_t loss_scale_steps = 0;
  DivergenceState divergences;
  uint64_t metrics_bytes = 0;
  std::map<std::string, std::string> options;
  std::string dataset;
  std::string dataset_content;
};

std::string FormatTrainState(const TrainState& state);  // JSON
// `json` is untrusted. Throws dataset::Error, which names `file`, if it is invalid.
TrainState ParseTrainState(std::string_view json, const std::string& file);

}  // namespace train
