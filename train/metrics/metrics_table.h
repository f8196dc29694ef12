#pragma once

#include <string>
#include <string_view>

#include "train/metrics/metrics_history.h"

namespace train {

// How every metrics.csv begins.
inline constexpr std::string_view kMetricsTableBegin = "epoch,phase,step,best,loss,";

// Returns metrics.csv: a row an epoch, counted from 1. A number that metrics.jsonl lacks is an empty field.
std::string FormatMetricsTable(const MetricsHistory& history);

}  // namespace train
