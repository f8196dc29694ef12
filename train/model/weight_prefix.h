#pragma once

#include <string>
#include <vector>

#include "train/graph/parameters.h"
#include "train/model/architecture.h"
#include "train/model/weight_names.h"

namespace train {

// Returns what stands before the backbone's names in a file, such as "backbone.", since the network may be a part of
// another one: where the most of them are behind it, then what says "ema", as timm prefers averaged weights, then the
// shortest. Only names of PyTorch have such prefixes.
std::string FindPrefix(const ModelGraph& model, const std::vector<Parameter>& parameters, const WeightNames& names,
                       Spelling spelling);

}  // namespace train
