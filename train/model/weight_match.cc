#include "train/model/weight_match.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace train {

namespace {

std::string List(const std::vector<std::string>& names) {
  constexpr size_t kShown = 5;
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kShown) text += ", ... (" + std::to_string(names.size()) + ")";
  return text;
}

WeightMap MapVariant(const BackboneInfo& backbone, const VariantInfo& variant, const WeightNames& names) {
  Architecture architecture = NativeArchitecture(backbone, variant);
  architecture.head = DefaultHead(BuildBackbone(architecture), 0);
  architecture.outputs = 2;
  const ModelGraph model = BuildModel(architecture);
  const std::vector<Shape> shapes = InferShapes(model.graph, architecture.image_size);
  return MapWeights(architecture, model, shapes, Parameters(model.graph, shapes), names, HeadWeights::kLeave);
}

// Whether published files of the variant have this spelling.
bool IsNative(Variant variant, Spelling spelling) {
  switch (spelling) {
    case Spelling::kKeras:
      return variant == Variant::kKeras;
    case Spelling::kTimm:
      return variant == Variant::kTimm;
    case Spelling::kTorch:
      break;
  }
  return variant != Variant::kKeras;
}

}  // namespace

const VariantInfo& ChooseVariant(const BackboneInfo& backbone, const WeightNames& names,
                                 std::optional<Variant> favourite) {
  const VariantInfo* best = &backbone.variants.front();
  std::tuple<double, bool, bool> best_rank{0, false, false};
  for (const VariantInfo& variant : backbone.variants) {
    const WeightMap map = MapVariant(backbone, variant, names);
    const std::tuple rank{map.likeness(), variant.variant == favourite, IsNative(variant.variant, map.spelling)};
    if (rank > best_rank) {
      best_rank = rank;
      best = &variant;
    }
  }
  return *best;
}

std::string ExplainMismatch(const Architecture& architecture, const WeightMap& map, const WeightNames& names) {
  std::string cause = "these are no weights of " + std::string(architecture.backbone->name);
  if (!map.missing.empty()) cause += "; missing: " + List(map.missing);
  if (!map.misshapen.empty()) cause += "; of another shape: " + List(map.misshapen);
  if (!map.extra.empty()) cause += "; unknown: " + List(map.extra);
  double best = std::max(0.5, map.likeness());
  std::string_view better;
  for (const BackboneInfo& backbone : Backbones()) {
    for (const VariantInfo& variant : backbone.variants) {
      const double likeness = MapVariant(backbone, variant, names).likeness();
      if (likeness > best) {
        best = likeness;
        better = backbone.name;
      }
    }
  }
  if (!better.empty() && better != architecture.backbone->name) {
    cause += "; they fit `backbone` " + std::string(better) + (best == 1 ? "" : " better");
  }
  return cause;
}

}  // namespace train
