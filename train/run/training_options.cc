#include "train/run/training_options.h"

#include "dataset/base/error.h"
#include "dataset/base/value_range.h"
#include "train/run/training_fields.h"

namespace train {

void Validate(const TrainingRunOptions& options) {
  auto check = [](bool good, const std::string& cause) {
    if (!good) throw dataset::Error::Usage(cause);
  };
  for (const TrainingField& field : TrainingFields()) {
    const std::optional<double> number = NumberOf(field, options);
    check(!number || field.range.Holds(*number),
          "`" + std::string(field.name) + "` must be " + dataset::FormatRange(field.range));
  }
  check(!options.channels || *options.channels == 1 || *options.channels == 3, "`channels` must be 1 or 3");
  const bool pretrained = options.weights || options.init_from;
  check(options.thaw == Thaw::kGroups || !options.group_epochs, "`group_epochs` needs `thaw` groups");
  check(options.thaw == Thaw::kAll || options.finetune_layers == "all",
        "`thaw` groups goes through all layers; leave out `finetune_layers`");
  check(options.thaw == Thaw::kGroups || options.finetune_epochs + (pretrained ? options.head_epochs : 0) >= 1,
        "there is no epoch to train; raise `finetune_epochs`");
  check(options.sampler != dataset::Order::kSequential,
        "`sampler` must be " + dataset::ListNames<dataset::Order>({dataset::Order::kSequential}));
  check((options.sampler == dataset::Order::kWeighted) == !options.class_weights.empty(),
        "`sampler` weighted needs `class_weights`, and they need it");
  check(!options.init_from || (!options.weights && !options.model),
        "`init_from` brings network and weights; leave out `model` and `weights`");
  check(options.init_from || options.init_optimizer == InitOptimizer::kDrop, "`init_optimizer` needs `init_from`");
  check(options.weights_key.empty() || options.weights, "`weights_key` needs `weights`");
  check(!options.extend || options.existing == dataset::ExistingOutput::kResume, "`extend` needs `resume`");
  check(!options.extend || (*options.extend >= 1 && *options.extend <= kMostEpochs),
        "`extend` must be " + dataset::FormatRange(dataset::ValueRange::From(1, kMostEpochs)));
  Validate(options.augmentation);
  Validate(options.mix);
}

}  // namespace train
