#include "train/run/recipe.h"

namespace train {

namespace {

using O = TrainingRunOptions;

constexpr RecipeSetting kProbe[] = {
    {"head_solver", [](O& o) { o.head_solver = HeadSolver::kRidge; }},
    {"finetune_epochs", [](O& o) { o.finetune_epochs = 0; }},
};

}  // namespace

std::span<const RecipeSetting> SettingsOf(Recipe recipe) {
  switch (recipe) {
    case Recipe::kStandard:
      return {};
    case Recipe::kProbe:
      return kProbe;
  }
  return {};
}

}  // namespace train
