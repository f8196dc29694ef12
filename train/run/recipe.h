#pragma once

#include <span>
#include <string_view>

#include "dataset/base/enum_names.h"
#include "train/run/training_options.h"

namespace train {

// Bundles of options, by the task that they are for.
enum class Recipe {
  kStandard,  // the defaults: a head, then all layers
  kProbe,     // a head alone, solved in closed form on the features of pretrained weights
};
constexpr auto EnumNames(Recipe) {
  return dataset::NameTable<Recipe, 2>{{{Recipe::kStandard, "standard"}, {Recipe::kProbe, "probe"}}};
}

// A value that a recipe gives to an option that nobody sets.
struct RecipeSetting {
  std::string_view field;  // of TrainingFields
  void (*apply)(TrainingRunOptions& options);
};

std::span<const RecipeSetting> SettingsOf(Recipe recipe);

}  // namespace train
