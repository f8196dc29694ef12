#pragma once

#include <optional>
#include <vector>

#include "train/loop/head_solver.h"
#include "train/model/class_rows.h"
#include "train/run/model_info.h"
#include "train/run/training_options.h"

namespace train {

// Returns how the head phase is to be trained: kRidge or kGradient. kAuto is kRidge if there is a head phase from
// pretrained weights, the head is one dense layer behind pooled features, at most with dropout between, the loss is
// softmax, nothing mixes samples, and the run begins with the optimizer and the scores of no other run. `rows` are
// those of `init_from`. Throws dataset::Error::Usage, which says why and the cure, if `head_solver` is kRidge and
// cannot be.
HeadSolver ChooseHeadSolver(const TrainingRunOptions& options, const ModelInfo& model, bool pretrained,
                            const std::optional<ClassRows>& rows);

// Returns the weight of a sample of each class in a solved head: as often as the sampler draws it, times
// sqrt(mean / its class's draws), because squared errors, unlike the log loss, let large classes cover small ones.
// `samples` are those of train by label, `class_weights` those of Order::kWeighted.
std::vector<double> RidgeWeights(dataset::Order sampler, const std::vector<uint32_t>& samples,
                                 const std::vector<double>& class_weights);

}  // namespace train
