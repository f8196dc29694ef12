#pragma once

#include <string>
#include <vector>

#include "train/loop/evaluation.h"
#include "train/run/evaluation_run.h"

namespace cli {

// Returns a table of precision, recall, F1 and support per class, the confusion matrix (rows are true classes) if it
// fits a screen, accuracy and macro F1.
std::string FormatEvaluation(const train::Evaluation& evaluation, const std::vector<std::string>& classes);

// Returns a line that names the classes without pictures: "no pictures of 2 of 5 classes: cat, dog".
std::string FormatAbsent(const train::EvaluationRunResult& result);

}  // namespace cli
