#include "train/run/training_options.h"

#include "dataset/base/error.h"
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
  check(options.finetune_epochs + (options.weights ? options.head_epochs : 0) >= 1,
        "there is no epoch to train; raise `finetune_epochs`");
  check(options.sampler != dataset::Order::kSequential,
        "`sampler` must be " + dataset::ListNames<dataset::Order>({dataset::Order::kSequential}));
  check((options.sampler == dataset::Order::kWeighted) == !options.class_weights.empty(),
        "`sampler` weighted needs `class_weights`, and they need it");
  Validate(options.augmentation);
  Validate(options.mix);
}

}  // namespace train
