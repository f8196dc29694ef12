#include "train/run/training_options.h"

#include <cmath>

#include "dataset/base/error.h"

namespace train {

void Validate(const TrainingRunOptions& options) {
  auto check = [](bool good, const std::string& cause) {
    if (!good) throw dataset::Error::Usage(cause);
  };
  check(options.batch_size >= 1, "`batch_size` must be at least 1");
  check(!options.channels || *options.channels == 1 || *options.channels == 3, "`channels` must be 1 or 3");
  check(options.finetune_epochs + (options.weights ? options.head_epochs : 0) >= 1,
        "there is no epoch to train; raise `finetune_epochs`");
  check(options.finetune_epochs <= 100000 && options.head_epochs <= 100000,
        "`head_epochs` and `finetune_epochs` must be at most 100000");
  for (const double rate : {options.head_learning_rate, options.finetune_learning_rate}) {
    check(rate > 0 && std::isfinite(rate),
          "`head_learning_rate` and `finetune_learning_rate` must be finite and above 0");
  }
  check(options.warmup >= 0 && options.warmup < 1, "`warmup` must be at least 0 and below 1");
  check(!options.image_size || *options.image_size >= 1, "`image_size` must be at least 1");
  check(!options.dropout || (*options.dropout >= 0 && *options.dropout < 1),
        "`dropout` must be at least 0 and below 1");
  check(options.label_smoothing >= 0 && options.label_smoothing < 1,
        "`label_smoothing` must be at least 0 and below 1");
  check((options.sampler == "weighted") == !options.class_weights.empty(),
        "`sampler` weighted needs `class_weights`, and they need it");
  Validate(options.augmentation);
  Validate(options.mix);
  check(options.segment_epochs >= 1 && options.segment_epochs <= 1024, "`segment_epochs` must be 1 to 1024");
  check(options.steps_per_epoch < uint64_t{1} << 32, "`steps_per_epoch` must be below 2^32");
  check(options.compute_threads >= 0 && options.loader_threads >= 0,
        "`compute_threads` and `loader_threads` must not be negative");
}

}  // namespace train
