#include "train/run/training_fields.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"

namespace train {
namespace {

// "" if the options are fine.
std::string Refusal(const TrainingRunOptions& options) {
  try {
    Validate(options);
    return "";
  } catch (const dataset::Error& error) {
    EXPECT_TRUE(error.usage());
    return error.what();
  }
}

TEST(TrainingFieldsTest, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (const TrainingField& field : TrainingFields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_EQ(&FieldNamed(field.name), &field);
  }
}

TEST(TrainingFieldsTest, TextsAreThoseOfCheckpoints) {
  const TrainingRunOptions options;
  for (const auto& [name, text] : std::vector<std::pair<const char*, const char*>>{{"batch_size", "64"},
                                                                                   {"head_learning_rate", "0.001"},
                                                                                   {"finetune_learning_rate", "0.0003"},
                                                                                   {"label_smoothing", "0.1"},
                                                                                   {"finetune_schedule", "one-cycle"},
                                                                                   {"optimizer", "adam"},
                                                                                   {"normalize", "fixed"},
                                                                                   {"sampler", "shuffled"},
                                                                                   {"memory", "2147483648"},
                                                                                   {"finetune_layers", "all"},
                                                                                   {"pooling", ""},
                                                                                   {"dropout", ""},
                                                                                   {"steps_per_epoch", "0"}}) {
    EXPECT_EQ(TextOf(FieldNamed(name), options), text) << name;
  }
}

TEST(TrainingFieldsTest, DefaultsAreFine) { EXPECT_EQ(Refusal({}), ""); }

TEST(TrainingFieldsTest, ValuesOutOfRangeAreNamed) {
  const struct {
    const char* cause;
    void (*change)(TrainingRunOptions* options);
  } cases[] = {
      {"`batch_size` must be at least 1", [](auto* o) { o->batch_size = 0; }},
      {"`channels` must be 1 or 3", [](auto* o) { o->channels = 2; }},
      {"`image_size` must be at least 1", [](auto* o) { o->image_size = 0; }},
      {"`head_epochs` must be 0 to 100000", [](auto* o) { o->head_epochs = 100001; }},
      {"`finetune_epochs` must be 0 to 100000", [](auto* o) { o->finetune_epochs = 100001; }},
      {"`head_learning_rate` must be above 0", [](auto* o) { o->head_learning_rate = 0; }},
      {"`finetune_learning_rate` must be above 0",
       [](auto* o) { o->finetune_learning_rate = std::numeric_limits<double>::infinity(); }},
      {"`finetune_learning_rate` must be above 0",
       [](auto* o) { o->finetune_learning_rate = std::numeric_limits<double>::quiet_NaN(); }},
      {"`warmup` must be at least 0 and below 1", [](auto* o) { o->warmup = 1; }},
      {"`head_warmup` must be at least 0 and below 1", [](auto* o) { o->head_warmup = 1; }},
      {"`schedule_factor` must be above 0 and at most 1", [](auto* o) { o->schedule_factor = 0; }},
      {"`schedule_epochs` must be 1 to 100000", [](auto* o) { o->schedule_epochs = 0; }},
      {"`schedule_power` must be above 0", [](auto* o) { o->schedule_power = 0; }},
      {"`schedule_decay` must be at least 0", [](auto* o) { o->schedule_decay = -1; }},
      {"`schedule_end` must be 0 to 1", [](auto* o) { o->schedule_end = 2; }},
      {"`schedule_end` is used by no phase: it is of the schedules linear, polynomial, cosine, plateau",
       [](auto* o) { o->schedule_end = 0.1; }},
      {"`schedule_list` must have rising epochs, from 1 on",
       [](auto* o) {
         o->finetune_schedule = ScheduleKind::kList;
         o->schedule_list = {{2, 1}, {1, 0.1}};
       }},
      {"`early_stop` must be 0 to 100000", [](auto* o) { o->early_stop = 100001; }},
      {"`min_delta` needs `early_stop`", [](auto* o) { o->min_delta = 0.1; }},
      {"`target` must be 0 to 1, as it is of f1",
       [](auto* o) {
         o->best_by = BestBy::kF1;
         o->target = 90;
       }},
      {"`time_budget` must be at least 0", [](auto* o) { o->time_budget = -1; }},
      {"`dropout` must be at least 0 and below 1", [](auto* o) { o->dropout = -0.1; }},
      {"`label_smoothing` must be at least 0 and below 1", [](auto* o) { o->label_smoothing = 1; }},
      {"`weight_decay` must be at least 0", [](auto* o) { o->weight_decay = -0.1; }},
      {"`clip_norm` must be at least 0", [](auto* o) { o->clip_norm = -1; }},
      {"`group_epochs` must be 1 to 100000", [](auto* o) { o->group_epochs = 0; }},
      {"`group_epochs` needs `thaw` groups", [](auto* o) { o->group_epochs = 3; }},
      {"`thaw` groups goes through all layers; leave out `finetune_layers`",
       [](auto* o) {
         o->thaw = Thaw::kGroups;
         o->finetune_layers = "last:3";
       }},
      {"`accumulate` must be 1 to 65536", [](auto* o) { o->accumulate = 0; }},
      {"`layer_decay` must be 0 to 1", [](auto* o) { o->layer_decay = 1.1; }},
      {"`finetune_head_factor` must be above 0", [](auto* o) { o->finetune_head_factor = 0; }},
      {"`focal` must be 0 to 100", [](auto* o) { o->focal = -1; }},
      {"`loss_weights` must be 0 to 1000000; that of 'cat' is not",
       [](auto* o) {
         o->loss_weights = {{"cat", -1}};
       }},
      {"`loss_weights` must be 0 to 1000000; that of 'cat' is not",
       [](auto* o) {
         o->loss_weights = {{"cat", std::numeric_limits<double>::quiet_NaN()}};
       }},
      {"`loss_weights` are either balanced or of named classes",
       [](auto* o) {
         o->loss_weighting = LossWeighting::kBalanced, o->loss_weights = {{"cat", 1}};
       }},
      {"`norm_momentum` needs `norms` adapt: frozen norms learn nothing",
       [](auto* o) { o->norm_momentum = 0.1, o->weights = "weights.pth"; }},
      {"`mix_until` must be 0 to 1", [](auto* o) { o->mix_until = 1.01; }},
      {"`segment_epochs` must be 1 to 1024", [](auto* o) { o->segment_epochs = 1025; }},
      {"`steps_per_epoch` must be at least 0 and below 4294967296",
       [](auto* o) { o->steps_per_epoch = uint64_t{1} << 32; }},
      {"`compute_threads` must be at least 0", [](auto* o) { o->compute_threads = -1; }},
      {"`loader_threads` must be at least 0", [](auto* o) { o->loader_threads = -1; }},
      {"`sampler` must be shuffled, balanced, weighted or stratified",
       [](auto* o) { o->sampler = dataset::Order::kSequential; }},
      {"`sampler` weighted needs `class_weights`, and they need it",
       [](auto* o) { o->sampler = dataset::Order::kWeighted; }},
      {"`rotation` must be 0 to 180", [](auto* o) { o->augmentation.rotation = 181; }},
  };
  for (const auto& c : cases) {
    TrainingRunOptions options;
    c.change(&options);
    EXPECT_EQ(Refusal(options), c.cause);
  }
  TrainingRunOptions idle;
  idle.finetune_epochs = 0;
  EXPECT_TRUE(Refusal(idle).starts_with("there is no epoch to train; raise `finetune_epochs`")) << Refusal(idle);
}

}  // namespace
}  // namespace train
