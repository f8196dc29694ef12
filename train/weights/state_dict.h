#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "train/weights/value.h"

namespace train {

// Tensors by name. The names are views of different strings of one pickle, so they take less memory than the pickle.
using NamedTensors = std::map<std::string_view, const Tensor*>;

struct StateDict {
  NamedTensors tensors;
  std::string_view entry;                // the key of `root` that holds them; empty: they are those of `root` itself
  std::vector<std::string_view> others;  // further keys that hold a network
};

// Finds the tensors of the network in `root`, which torch.save() wrote. The keys state_dict_ema, model_ema, ema,
// state_dict, model_state_dict, model, model_state and net are tried in this order, so that averaged weights win over
// raw ones, as in timm; the first whose value is a dict with tensors counts, unless it has a tenth fewer of them than
// another one. If none is, the tensors of `root` itself count. If `wanted` is a key whose value is a dict with tensors,
// that one counts. If a key is set twice, the last value counts, as in Python.
//
// A prefix that wrappers put before all names is removed, as often as it is there: "module." (DataParallel),
// "_orig_mod." (torch.compile), "model." and "net." (Lightning). The counter n_averaged of an AveragedModel is removed
// with it. Throws dataset::Error, which names `file`, if there are no tensors.
StateDict FindStateDict(const Value& root, std::string_view wanted, const std::string& file);

}  // namespace train
