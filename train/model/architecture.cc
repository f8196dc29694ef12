#include "train/model/architecture.h"

#include "dataset/augment/augmentation_options.h"
#include "dataset/base/error.h"

namespace train {

Architecture NativeArchitecture(const BackboneInfo& backbone, const VariantInfo& variant) {
  Architecture architecture;
  architecture.backbone = &backbone;
  architecture.variant = &variant;
  architecture.channels = backbone.channels;
  architecture.image_size = variant.image_size;
  return architecture;
}

Graph BuildBackbone(const Architecture& architecture) {
  return architecture.backbone->build(
      {.variant = architecture.variant->variant, .channels = architecture.channels, .dropout = architecture.dropout});
}

ModelGraph BuildModel(const Architecture& architecture) {
  const BackboneInfo& backbone = *architecture.backbone;
  if (architecture.image_size < backbone.min_image_size) {
    throw dataset::Error::Usage("`image_size` " + std::to_string(architecture.image_size) + " is too small for " +
                                std::string(backbone.name) + ": it must be at least " +
                                std::to_string(backbone.min_image_size));
  }
  if (architecture.image_size > dataset::kMaxImageSize) {
    throw dataset::Error::Usage("`image_size` " + std::to_string(architecture.image_size) +
                                " is too large: it must be at most " + std::to_string(dataset::kMaxImageSize));
  }
  ModelGraph model;
  model.graph = BuildBackbone(architecture);
  model.backbone = static_cast<int>(model.graph.layers.size());
  model.head = AppendHead(architecture.head, architecture.outputs, model.graph);
  return model;
}

}  // namespace train
