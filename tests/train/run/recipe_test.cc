#include "train/run/recipe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "train/backbones/backbone_table.h"
#include "train/graph/layer_choice.h"
#include "train/run/training_fields.h"

namespace train {
namespace {

TrainingRunOptions Applied(Recipe recipe, TrainingRunOptions options) {
  for (const RecipeSetting& setting : SettingsOf(recipe)) setting.apply(options);
  return options;
}

TEST(RecipeTest, EachSettingIsAField) {
  for (const auto& [recipe, name] : EnumNames(Recipe())) {
    for (const RecipeSetting& setting : SettingsOf(recipe)) {
      const auto fields = TrainingFields();
      EXPECT_TRUE(std::any_of(fields.begin(), fields.end(),
                              [&](const TrainingField& field) { return field.name == setting.field; }))
          << name << " " << setting.field;
    }
  }
}

TEST(RecipeTest, AutoGoesByTheWeights) {
  TrainingRunOptions options;
  EXPECT_EQ(ResolveRecipe(Recipe::kAuto, options), Recipe::kScratch);
  options.weights = "w.pth";
  EXPECT_EQ(ResolveRecipe(Recipe::kAuto, options), Recipe::kStandard);
  EXPECT_EQ(ResolveRecipe(Recipe::kProbe, options), Recipe::kProbe);
  options.weights.reset();
  options.init_from = "run";
  EXPECT_EQ(ResolveRecipe(Recipe::kAuto, options), Recipe::kStandard);
}

TEST(RecipeTest, AllAreInRange) {
  for (const auto& [recipe, name] : EnumNames(Recipe())) {
    TrainingRunOptions options;
    options.weights = "w.pth";
    EXPECT_NO_THROW(Validate(Applied(recipe, options))) << name;
  }
}

TEST(RecipeTest, SizesFollowTheNetwork) {
  const struct {
    const char* backbone;
    std::optional<int> image_size, start_size, eval_size;
  } cases[] = {
      {"mobilenet_v2", {}, 176, 272}, {"mobilenet_v2", 160, 128, 192}, {"inception_v3", {}, 240, 352},
      {"inception_v3", 80, 75, 96},   {"inception_v3", 75, {}, 96},  // 75 is the smallest that it takes
      {"small_cnn", 28, {}, {}},                                     // it takes one size alone
  };
  for (const auto& c : cases) {
    TrainingRunOptions options;
    options.backbone = c.backbone;
    options.image_size = c.image_size;
    const TrainingRunOptions applied = Applied(Recipe::kStandard, options);
    EXPECT_EQ(applied.start_size, c.start_size) << c.backbone;
    EXPECT_EQ(applied.eval_size, c.eval_size) << c.backbone;
    EXPECT_EQ(applied.eval_resize, c.eval_size) << c.backbone;
  }
  TrainingRunOptions narrow;  // an evaluation that shows no more than 160 pixels
  narrow.image_size = narrow.eval_resize = 160;
  EXPECT_FALSE(Applied(Recipe::kStandard, narrow).eval_size);
  TrainingRunOptions flat;
  flat.pooling = Pooling::kFlatten;
  EXPECT_FALSE(Applied(Recipe::kStandard, flat).eval_size);
  TrainingRunOptions further;
  further.init_from = "run";
  EXPECT_FALSE(Applied(Recipe::kStandard, further).eval_size);
}

TEST(RecipeTest, TheLargestMapsAreNotTrained) {
  for (const auto& [backbone, layers] :
       std::vector<std::pair<const char*, const char*>>{{"mobilenet_v2", "from:block_3"},
                                                        {"resnet50", "from:conv3"},
                                                        {"vgg16", "from:block3"},
                                                        {"small_cnn", "all"}}) {
    TrainingRunOptions options;
    options.backbone = backbone;
    EXPECT_EQ(Applied(Recipe::kStandard, options).finetune_layers, layers) << backbone;
  }
  for (const BackboneInfo& info : Backbones()) {
    TrainingRunOptions options;
    options.backbone = info.name;
    const Graph graph = info.build({.variant = info.variants.front().variant, .channels = info.channels});
    EXPECT_NO_THROW(ChooseLayers(graph, Applied(Recipe::kStandard, options).finetune_layers)) << info.name;
  }
  TrainingRunOptions thawed;
  thawed.thaw = Thaw::kGroups;
  EXPECT_EQ(Applied(Recipe::kStandard, thawed).finetune_layers, "all");
}

TEST(RecipeTest, AHeadBringsItsOwnDropout) {
  TrainingRunOptions options;
  EXPECT_EQ(Applied(Recipe::kImageatm, options).dropout, 0.75);
  options.head = "dense:64:relu,dense";
  EXPECT_FALSE(Applied(Recipe::kImageatm, options).dropout);
}

}  // namespace
}  // namespace train
