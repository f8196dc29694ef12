#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "dataset/augment/augmentation_preset.h"
#include "dataset/base/enum_names.h"
#include "train/run/training_options.h"

namespace train {

// Bundles of options, by the task that they are for.
enum class Recipe {
  kAuto,      // kStandard with pretrained weights, else kScratch
  kStandard,  // the most accurate that we know for a few minutes: a head in closed form, then all layers
  kProbe,     // a head alone, in closed form on the features of pretrained weights
  kImageatm,  // idealo's imageatm: its published settings, with frozen norms and kept proportions
  kScratch,   // all layers from random weights
};
constexpr auto EnumNames(Recipe) {
  return dataset::NameTable<Recipe, 5>{{{Recipe::kAuto, "auto"},
                                        {Recipe::kStandard, "standard"},
                                        {Recipe::kProbe, "probe"},
                                        {Recipe::kImageatm, "imageatm"},
                                        {Recipe::kScratch, "scratch"}}};
}

// A value that a recipe gives to an option that nobody sets.
struct RecipeSetting {
  std::string_view field;  // of TrainingFields
  void (*apply)(TrainingRunOptions& options);
};

// `recipe` for a training with these options: never kAuto.
Recipe ResolveRecipe(Recipe recipe, const TrainingRunOptions& options);

// To be applied in their order. `recipe` is not kAuto.
std::span<const RecipeSetting> SettingsOf(Recipe recipe);
dataset::AugmentationPreset AugmentationOf(Recipe recipe);

}  // namespace train
