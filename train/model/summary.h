#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/graph/parameters.h"
#include "train/model/architecture.h"

namespace train {

struct SummaryRow {
  int number = 0;  // the place in the list of layers; the input is 0
  std::string name;
  std::string group;
  Shape shape;              // shape of the output
  uint64_t parameters = 0;  // learned values
  uint64_t statistics = 0;  // values of a norm's statistics
  bool trainable = false;   // the finetune phase trains the layers of this place
};

struct Summary {
  std::vector<SummaryRow> rows;
  uint64_t trainable = 0;   // learned values that the finetune phase trains
  uint64_t frozen = 0;      // learned values that the finetune phase does not train
  uint64_t head = 0;        // learned values that the head phase trains
  uint64_t statistics = 0;  // values of all norms' statistics
};

// Summarises a network layer by layer, in the order of ListLayers, the head behind the backbone. `layers` is a choice
// as ChooseLayers takes it. Throws dataset::Error::Usage as BuildModel and ChooseLayers do.
Summary Summarize(const Architecture& architecture, const std::string& layers);

}  // namespace train
