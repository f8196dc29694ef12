#pragma once

#include <stdexcept>
#include <string>

#include "train/model/architecture.h"

namespace train::testing {

// The backbone's default variant with the default head.
inline Architecture DefaultModel(const std::string& backbone, int classes, int image_size, double dropout) {
  const BackboneInfo& info = FindBackbone(backbone);
  Architecture architecture = NativeArchitecture(info, info.variants.front());
  architecture.image_size = image_size;
  architecture.dropout = dropout;
  architecture.head = DefaultHead(BuildBackbone(architecture), dropout);
  architecture.outputs = classes;
  return architecture;
}

// With the published head.
inline Architecture PublishedModel(const std::string& backbone, const std::string& variant, int classes,
                                   int image_size) {
  Architecture architecture = DefaultModel(backbone, classes, image_size, 0);
  architecture.variant = FindVariant(*architecture.backbone, variant);
  if (architecture.variant == nullptr) throw std::runtime_error(backbone + " has no variant " + variant);
  const Top top = BuildBackbone(architecture).top;
  architecture.head = {top.pooling, top.items};
  return architecture;
}

}  // namespace train::testing
