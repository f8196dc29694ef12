#pragma once

#include "train/backbones/backbone_table.h"
#include "train/graph/head.h"

namespace train {

// Everything that a network's graph is built from.
struct Architecture {
  const BackboneInfo* backbone = nullptr;
  const VariantInfo* variant = nullptr;  // one of the backbone's variants
  int channels = 3;                      // channels of the input
  int image_size = 0;                    // side of the input in pixels
  double dropout = 0;                    // rate of the dropout layers inside the backbone
  Head head;
  int outputs = 0;  // number of logits
};

// Returns the architecture at the variant's native image size and channels, without outputs.
Architecture NativeArchitecture(const BackboneInfo& backbone, const VariantInfo& variant);

// Builds the backbone alone.
Graph BuildBackbone(const Architecture& architecture);

struct ModelGraph {
  Graph graph;
  int head = 0;      // index of the first layer of the head; the layers before it compute the features
  int backbone = 0;  // the number of layers of the backbone, without pooling
};

// Builds the backbone and its head. Throws dataset::Error::Usage for an image size that the backbone cannot take, and
// for a head that it cannot have.
ModelGraph BuildModel(const Architecture& architecture);

}  // namespace train
