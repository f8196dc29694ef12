#pragma once

#include <map>
#include <string>
#include <string_view>

#include "train/weights/value.h"

namespace train {

// Tensors by name. The names are views of different strings of one pickle, so they take less memory than the pickle.
using NamedTensors = std::map<std::string_view, const Tensor*>;

// Finds the tensors of the network in `root`, which torch.save() wrote. The keys state_dict, model_state_dict, model,
// model_state, net, state_dict_ema, model_ema and ema are tried in this order, so that raw weights win over their
// moving averages; the first whose value is a dict with tensors counts. If none is, the tensors of `root` itself count.
// If a key is set twice, the last value counts, as in Python.
//
// A prefix that wrappers put before all names is removed, as often as it is there: "module." (DataParallel),
// "_orig_mod." (torch.compile), "model." and "net." (Lightning). The counter n_averaged of an AveragedModel is removed
// with it. Throws dataset::Error, which names `file`, if there are no tensors.
NamedTensors FindStateDict(const Value& root, const std::string& file);

}  // namespace train
