#pragma once

#include "train/backbones/backbone_table.h"
#include "train/graph/head.h"

namespace train {

// What a network is built from.
struct Architecture {
  const BackboneInfo* backbone = nullptr;
  const VariantInfo* variant = nullptr;  // one of the backbone's
  int channels = 3;                      // of the input
  int image_size = 0;
  double dropout = 0;  // of dropout layers inside the backbone
  Head head;
  int outputs = 0;  // logits
};

// At its native size, without head.
Architecture NativeArchitecture(const BackboneInfo& backbone, const VariantInfo& variant);

// The backbone alone.
Graph BuildBackbone(const Architecture& architecture);

struct ModelGraph {
  Graph graph;
  int head = 0;      // the first layer of the head; those before it make the features
  int backbone = 0;  // the number of layers of the backbone, without pooling
};

// Throws dataset::Error::Usage for an image size that the backbone cannot take, or a head that it cannot have.
ModelGraph BuildModel(const Architecture& architecture);

}  // namespace train
