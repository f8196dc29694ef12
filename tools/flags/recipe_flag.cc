#include "tools/flags/recipe_flag.h"

#include "tools/flags/choice_option.h"
#include "train/run/training_fields.h"

namespace cli {

namespace {

void ApplyRecipe(const CLI::App& app, TrainFlags* flags) {
  train::TrainingRunOptions known = *flags;
  if (flags->weights_file) known.weights = *flags->weights_file;
  if (flags->model_file) known.model = *flags->model_file;
  if (flags->init_run) known.init_from = *flags->init_run;
  const train::Recipe recipe = train::ResolveRecipe(flags->recipe, known);
  for (const train::RecipeSetting& setting : train::SettingsOf(recipe)) {
    CLI::Option* const option = flags->of_field.find(setting.field)->second;
    if (option->count() > 0) continue;
    setting.apply(known);
    static_cast<train::TrainingRunOptions&>(*flags) = known;
    option->default_str(train::TextOf(train::FieldNamed(setting.field), *flags));
  }
  if (app.count("--augment") == 0) flags->augment = dataset::NameOf(train::AugmentationOf(recipe));
}

}  // namespace

void AddRecipeFlag(CLI::App* app, TrainFlags* flags) {
  AddChoice(app, "--recipe", &flags->recipe,
            "Bundle of defaults for the options of this group; standard: the most accurate in minutes, with pretrained "
            "weights; probe: the head alone, in seconds; imageatm: as that program trains; scratch: all layers from "
            "random weights; auto: standard with --weights or --init-from, else scratch. The defaults that this help "
            "prints are those of options that the recipe leaves alone; config.toml in the run folder has all values")
      ->group(kTrainingGroup);
  app->parse_complete_callback([app, flags] { ApplyRecipe(*app, flags); });
}

}  // namespace cli
