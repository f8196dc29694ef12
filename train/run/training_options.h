#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataset/augment/augmentation_options.h"
#include "dataset/augment/augmentation_preset.h"
#include "dataset/io/existing_output.h"
#include "dataset/io/sync.h"
#include "dataset/load/batch_mixer.h"
#include "dataset/read/foreign_dataset.h"
#include "dataset/sample/reject_budget.h"

namespace train {

// The options of a training, from a dataset folder to a run folder. Defaults are those of the recipe "standard".
struct TrainingRunOptions {
  std::filesystem::path dataset;
  dataset::ForeignOptions foreign;  // how files of other programs are read
  std::filesystem::path output;
  dataset::ExistingOutput existing = dataset::ExistingOutput::kRefuse;

  std::string backbone = "mobilenet_v2";
  std::optional<std::filesystem::path> model;    // a model.json, whose architecture is taken instead
  std::optional<std::filesystem::path> weights;  // pretrained; without: no head phase, norms learn their statistics
  std::optional<int> image_size;                 // default: the backbone's own
  std::optional<int> eval_resize;                // default: round(1.1 * image size); the image size for small_cnn
  std::optional<int> channels;                   // 1 or 3; default: the backbone's own
  std::optional<std::string> pooling;            // avg, max, concat, flatten; default: avg
  std::string head;  // as ParseHead has it; empty: DefaultHead with `dropout`; "published": as the weights had it
  std::string loss = "softmax";       // softmax, sigmoid (train/optim/loss.h)
  std::string initialization = "he";  // he, xavier: of what no weights fill
  std::string fit = "crop";           // crop, pad, stretch: of evaluation, and of train without a random crop

  int batch_size = 64;
  uint32_t head_epochs = 5;
  double head_learning_rate = 1e-3;
  std::string head_schedule = "constant";
  uint32_t finetune_epochs = 10;
  std::string finetune_layers = "all";  // as ChooseLayers has it; without weights all it must be
  double finetune_learning_rate = 3e-4;
  std::string finetune_schedule = "one-cycle";
  double warmup = 0.15;  // part of the finetune phase's steps
  std::string optimizer = "adam";
  std::optional<double> dropout;  // before the last layer, and inside small_cnn; default: 0.5
  double label_smoothing = 0.1;

  // The augmentations of train. Their sizes, channels and fit follow from the other options.
  dataset::AugmentationOptions augmentation = dataset::AugmentationPreset("standard");
  dataset::MixOptions mix;

  std::string normalize = "fixed";  // fixed, sample, zca, pca (train/loop/normalization.h)

  uint64_t seed = 0;
  std::string device = "auto";
  std::string precision = "auto";
  int compute_threads = 0;              // 0: one a core
  int loader_threads = 0;               // 0: one a core, at most 16
  uint64_t memory = uint64_t{2} << 30;  // three quarters for train's records, one for val's
  std::string cache = "auto";           // auto, encoded, decoded: what is held of train's
  std::string sampler = "shuffled";     // shuffled, balanced, weighted, stratified
  // Of weighted: how often each sample of a class is drawn, beside those of other classes; 1 for those not named.
  std::vector<std::pair<std::string, double>> class_weights;
  int segment_epochs = 1;        // how often a segment is used before the next one, if train does not fit the memory
  uint64_t steps_per_epoch = 0;  // 0: as many as train has
  dataset::RejectBudget max_bad{.count = 0, .fraction = {}};  // unreadable train samples that are replaced
  dataset::Sync sync = dataset::Sync::kYes;

  std::string config_toml;  // the content of config.toml in the run folder
  std::function<bool()> stop;
};

// Throws dataset::Error::Usage with the option's name if it is out of its range.
void Validate(const TrainingRunOptions& options);

}  // namespace train
