#pragma once

#include <map>
#include <string>
#include <string_view>

#include "train/weights/value.h"

namespace train {

// Names are different strings of one pickle: together they are smaller than it.
using NamedTensors = std::map<std::string_view, const Tensor*>;

// The tensors of the state_dict in what torch.save() wrote: under the first of the keys state_dict, model_state_dict,
// model, model_state, net and, so that raw weights win over their moving averages, state_dict_ema, model_ema and ema
// whose dict has tensors; else those at the top. Of a key that is set twice the last value counts, as in Python. What
// wraps a network puts before all of its names is taken off, as often as it is there: "module." (DataParallel),
// "_orig_mod." (torch.compile), "model." and "net." (Lightning); of an AveragedModel, n_averaged too. Throws
// dataset::Error with `file` if there are no tensors.
NamedTensors FindStateDict(const Value& root, const std::string& file);

}  // namespace train
