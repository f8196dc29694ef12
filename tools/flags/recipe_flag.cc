#include "tools/flags/recipe_flag.h"

#include "tools/flags/choice_option.h"
#include "train/run/training_fields.h"

namespace cli {

namespace {

void ApplyRecipe(TrainFlags* flags) {
  for (const train::RecipeSetting& setting : train::SettingsOf(flags->recipe)) {
    CLI::Option* const option = flags->of_field.find(setting.field)->second;
    if (option->count() > 0) continue;
    setting.apply(*flags);
    option->default_str(train::TextOf(train::FieldNamed(setting.field), *flags));
  }
}

}  // namespace

void AddRecipeFlag(CLI::App* app, TrainFlags* flags) {
  AddChoice(app, "--recipe", &flags->recipe,
            "Bundle of defaults for the options of this group; probe: the head alone, on pretrained weights")
      ->group(kTrainingGroup);
  app->parse_complete_callback([flags] { ApplyRecipe(flags); });
}

}  // namespace cli
