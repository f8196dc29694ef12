#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/graph/parameters.h"
#include "train/model/architecture.h"

namespace train {

struct SummaryRow {
  int number = 0;  // in the list of layers, the input being 0
  std::string name;
  std::string group;
  Shape shape;              // of its output
  uint64_t parameters = 0;  // learned values
  uint64_t statistics = 0;  // of norms
  bool trainable = false;   // in the finetune phase; of a layer without parameters: whether its place is
};

struct Summary {
  std::vector<SummaryRow> rows;
  uint64_t trainable = 0;  // learned values that the finetune phase trains
  uint64_t frozen = 0;     // learned values that it does not
  uint64_t head = 0;       // learned values that the head phase trains
  uint64_t statistics = 0;
};

// Layer by layer, as ListLayers has them, the head's behind the backbone's. `layers` as ChooseLayers has it. Throws
// dataset::Error::Usage as BuildModel and ChooseLayers do.
Summary Summarize(const Architecture& architecture, const std::string& layers);

}  // namespace train
