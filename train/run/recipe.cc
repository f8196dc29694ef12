#include "train/run/recipe.h"

#include <algorithm>
#include <cmath>

#include "train/backbones/backbone_table.h"
#include "train/graph/head.h"
#include "train/graph/parameters.h"
#include "train/model/architecture.h"

namespace train {

namespace {

using O = TrainingRunOptions;

// The side of the pictures before the recipe; 0: another run or model decides it.
int SideOf(const O& options) {
  if (options.init_from || options.model) return 0;
  return options.image_size.value_or(FindBackbone(options.backbone).variants.front().image_size);
}

Graph GraphOf(const BackboneInfo& backbone) {
  return BuildBackbone(NativeArchitecture(backbone, backbone.variants.front()));
}

// `part` of the side, as a multiple of 16; nullopt if the network takes one size alone.
std::optional<int> PartOfSide(const O& options, double part) {
  const int side = SideOf(options);
  const BackboneInfo& backbone = FindBackbone(options.backbone);
  if (side == 0 || !HasMap(GraphOf(backbone)) || options.pooling == Pooling::kFlatten || Whitens(options.normalize))
    return std::nullopt;
  return std::max(backbone.min_image_size, static_cast<int>(std::lround(side * part / 16)) * 16);
}

// The first group of layers whose maps have an eighth of the picture's side. The larger maps below take half the time
// of training, and are of edges and textures, which fit any photos. "all": there is no such group, or none below it.
std::string DeepLayers(const O& options) {
  if (SideOf(options) == 0 || options.thaw != Thaw::kAll) return "all";
  const BackboneInfo& backbone = FindBackbone(options.backbone);
  const Graph graph = GraphOf(backbone);
  if (!HasMap(graph)) return "all";
  const int side = backbone.variants.front().image_size;
  const std::vector<Shape> shapes = InferShapes(graph, side);
  for (size_t i = 0; i + 1 < graph.layers.size(); ++i) {
    const int group = graph.layers[i].group;
    const bool is_last = graph.layers[i + 1].group != group;
    if (!is_last || shapes[i].rows * 8 >= side + 8) continue;
    return group == 0 ? "all" : "from:" + graph.groups[static_cast<size_t>(group)];
  }
  return "all";
}

void SetDropout(O& options, double rate) {
  if (options.head.empty()) options.dropout = rate;
}

constexpr RecipeSetting kStandard[] = {
    {"start_size",
     [](O& o) {
       const std::optional<int> size = PartOfSide(o, 0.8);
       if (size && *size < SideOf(o)) o.start_size = size;
     }},
    {"eval_size",
     [](O& o) {
       const std::optional<int> size = PartOfSide(o, 1.2);
       if (size && *size <= o.eval_resize.value_or(*size)) o.eval_size = size;
     }},
    // The whole short side: as large as what a centre crop of fewer pixels shows, and more of it.
    {"eval_resize",
     [](O& o) {
       if (o.eval_size) o.eval_resize = std::max(*o.eval_size, o.eval_resize.value_or(0));
     }},
    {"optimizer", [](O& o) { o.optimizer = OptimizerKind::kAdamw; }},
    {"weight_decay", [](O& o) { o.weight_decay = 0.01; }},
    {"clip_norm", [](O& o) { o.clip_norm = 1; }},
    {"layer_decay", [](O& o) { o.layer_decay = 0.9; }},
    {"finetune_learning_rate", [](O& o) { o.finetune_learning_rate = 5e-4; }},
    {"finetune_head_factor", [](O& o) { o.finetune_head_factor = 2; }},
    {"finetune_schedule", [](O& o) { o.finetune_schedule = ScheduleKind::kCosine; }},
    {"warmup", [](O& o) { o.warmup = 0.1; }},
    {"finetune_layers", [](O& o) { o.finetune_layers = DeepLayers(o); }},
    {"finetune_epochs", [](O& o) { o.finetune_epochs = 11; }},
    {"dropout", [](O& o) { SetDropout(o, 0.2); }},
    {"ema", [](O& o) { o.ema = 0.99; }},
    {"average_best", [](O& o) { o.average_best = 3; }},
};

constexpr RecipeSetting kScratch[] = {
    {"optimizer", [](O& o) { o.optimizer = OptimizerKind::kAdamw; }},
    {"weight_decay", [](O& o) { o.weight_decay = 0.05; }},
    {"finetune_learning_rate", [](O& o) { o.finetune_learning_rate = 1e-3; }},
    {"finetune_epochs", [](O& o) { o.finetune_epochs = 60; }},
    {"ema", [](O& o) { o.ema = 0.995; }},
    {"average_best", [](O& o) { o.average_best = 3; }},
};

constexpr RecipeSetting kProbe[] = {
    {"head_solver", [](O& o) { o.head_solver = HeadSolver::kRidge; }},
    {"finetune_epochs", [](O& o) { o.finetune_epochs = 0; }},
};

// imageatm 0.1 (idealo/imageatm, 2019). Its patience before an early end is three times the plateau's.
constexpr RecipeSetting kImageatm[] = {
    {"head_solver", [](O& o) { o.head_solver = HeadSolver::kGradient; }},
    {"head_epochs", [](O& o) { o.head_epochs = 100; }},
    {"head_learning_rate", [](O& o) { o.head_learning_rate = 1e-3; }},
    {"head_schedule", [](O& o) { o.head_schedule = ScheduleKind::kPlateau; }},
    {"finetune_epochs", [](O& o) { o.finetune_epochs = 100; }},
    {"finetune_learning_rate", [](O& o) { o.finetune_learning_rate = 3e-4; }},
    {"finetune_schedule", [](O& o) { o.finetune_schedule = ScheduleKind::kPlateau; }},
    {"early_stop", [](O& o) { o.early_stop = 15; }},
    {"dropout", [](O& o) { SetDropout(o, 0.75); }},
    {"label_smoothing", [](O& o) { o.label_smoothing = 0; }},
    {"eval_resize",
     [](O& o) {
       if (const int side = SideOf(o)) o.eval_resize = static_cast<int>(std::lround(side * 8.0 / 7));
     }},
};

}  // namespace

Recipe ResolveRecipe(Recipe recipe, const TrainingRunOptions& options) {
  if (recipe != Recipe::kAuto) return recipe;
  return options.weights || options.init_from ? Recipe::kStandard : Recipe::kScratch;
}

std::span<const RecipeSetting> SettingsOf(Recipe recipe) {
  switch (recipe) {
    case Recipe::kStandard:
      return kStandard;
    case Recipe::kProbe:
      return kProbe;
    case Recipe::kImageatm:
      return kImageatm;
    case Recipe::kScratch:
      return kScratch;
    case Recipe::kAuto:
      break;
  }
  return {};
}

dataset::AugmentationPreset AugmentationOf(Recipe recipe) {
  return recipe == Recipe::kImageatm ? dataset::AugmentationPreset::kCrop : dataset::AugmentationPreset::kStandard;
}

}  // namespace train
