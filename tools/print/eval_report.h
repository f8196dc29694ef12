#pragma once

#include <string>
#include <vector>

#include "train/loop/evaluation.h"

namespace cli {

// Returns a table of precision, recall, F1 and support per class, the confusion matrix (rows are true classes) if it
// fits a screen, accuracy and macro F1.
std::string FormatEvaluation(const train::Evaluation& evaluation, const std::vector<std::string>& classes);

}  // namespace cli
