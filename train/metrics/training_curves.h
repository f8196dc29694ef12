#pragma once

#include <string>
#include <string_view>

#include "train/metrics/metrics_history.h"

namespace train {

// How every curves.svg begins.
inline constexpr std::string_view kCurvesBegin = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"dtrain-curves\" ";

// Returns curves.svg: loss and accuracy of train and val over the epochs, and the learning rate. The phases are bands
// with their names, the best epoch is marked. Losses of stretches are faint behind those of the epochs; of stretches at
// most 1000, evenly chosen, are drawn.
std::string FormatTrainingCurves(const MetricsHistory& history);

}  // namespace train
