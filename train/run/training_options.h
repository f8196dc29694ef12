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
#include "dataset/augment/square_fit.h"
#include "dataset/base/enum_names.h"
#include "dataset/io/existing_output.h"
#include "dataset/io/sync.h"
#include "dataset/load/batch_mixer.h"
#include "dataset/load/loader_options.h"
#include "dataset/load/sampler.h"
#include "dataset/read/foreign_dataset.h"
#include "dataset/sample/reject_budget.h"
#include "train/graph/layer.h"
#include "train/guard/divergence.h"
#include "train/loop/best_rule.h"
#include "train/loop/head_solver.h"
#include "train/loop/normalization.h"
#include "train/network/compute_choice.h"
#include "train/network/initialization.h"
#include "train/optim/loss.h"
#include "train/optim/optimizer_kind.h"
#include "train/optim/schedule_options.h"
#include "train/run/class_weights.h"

namespace train {

// What becomes of the optimizer of the run that another one is initialised from.
enum class InitOptimizer {
  kDrop,  // the new run begins with a fresh one
  kKeep,  // its state goes on in the first phase, which must train the same parameters
};
constexpr auto EnumNames(InitOptimizer) {
  return dataset::NameTable<InitOptimizer, 2>{{{InitOptimizer::kDrop, "drop"}, {InitOptimizer::kKeep, "keep"}}};
}

// Which layers of a pretrained backbone the finetune phase trains as it goes on.
enum class Thaw {
  kAll,     // those of finetune_layers from the beginning, for finetune_epochs
  kGroups,  // the top group of layers, then with it the one below, and so on to the stem; each has group_epochs
};
constexpr auto EnumNames(Thaw) { return dataset::NameTable<Thaw, 2>{{{Thaw::kAll, "all"}, {Thaw::kGroups, "groups"}}}; }

// What norms of a pretrained backbone do while its weights are trained.
enum class Norms {
  kFrozen,  // they use the statistics that they have
  kAdapt,   // those of trained layers use and learn the statistics of batches
};
constexpr auto EnumNames(Norms) {
  return dataset::NameTable<Norms, 2>{{{Norms::kFrozen, "frozen"}, {Norms::kAdapt, "adapt"}}};
}

inline constexpr double kMostEpochs = 100000;  // of a phase
inline constexpr double kDefaultMinDelta = 0.002;

// The options of a training, from a dataset folder to a run folder. A recipe (train/run/recipe.h) has defaults of its
// own for some.
struct TrainingRunOptions {
  std::filesystem::path dataset;
  dataset::ForeignOptions foreign;  // how files of other programs are read
  std::filesystem::path output;
  dataset::ExistingOutput existing = dataset::ExistingOutput::kRefuse;

  std::string backbone = "mobilenet_v2";
  std::optional<std::filesystem::path> model;    // a model.json, whose architecture is taken instead
  std::optional<std::filesystem::path> weights;  // pretrained; without: no head phase, norms learn their statistics
  std::string
      weights_key;  // the entry of `weights` to take if it holds several networks; empty: OpenPretrained's choice
  // A run folder: its network, its input and its weights are taken, in place of `model` and `weights`; of the last
  // layer the rows of classes that the dataset has, too.
  std::optional<std::filesystem::path> init_from;
  InitOptimizer init_optimizer = InitOptimizer::kDrop;
  std::optional<int> image_size;   // of training; default: the backbone's own
  std::optional<int> start_size;   // of the first 60 % of the finetune phase's epochs; default: image_size
  std::optional<int> eval_size;    // of evaluation and of the model; default: image_size
  std::optional<int> eval_resize;  // default: round(1.1 * eval size); the eval size for small_cnn
  std::optional<int> channels;     // 1 or 3; default: the backbone's own
  std::optional<Pooling> pooling;  // default: kAvg
  std::string head;  // as ParseHead has it; empty: DefaultHead with `dropout`; "published": as the weights had it
  Loss loss = Loss::kSoftmax;
  Initialization initialization = Initialization::kHe;  // of the parameters that no weights fill
  dataset::SquareFit fit = dataset::SquareFit::kCrop;   // of evaluation, and of train without a random crop

  // Part of each class of train that is held out for val, of a dataset that has no val split
  // (dataset/read/val_part.h); absent: none.
  std::optional<double> val_fraction;

  int batch_size = 64;
  int accumulate = 1;  // batches of a step
  HeadSolver head_solver = HeadSolver::kAuto;
  uint32_t head_epochs = 5;  // 0: no head phase; kRidge takes one, whatever the number
  double head_learning_rate = 1e-3;
  ScheduleKind head_schedule = ScheduleKind::kConstant;
  uint32_t finetune_epochs = 10;
  Thaw thaw = Thaw::kAll;               // of the finetune phase
  std::optional<int> group_epochs;      // of each group, with Thaw::kGroups; default: 5
  std::optional<uint32_t> extend;       // epochs that a resume adds to a run that is complete
  std::string finetune_layers = "all";  // as ChooseLayers has it; without weights all it must be
  double finetune_learning_rate = 3e-4;
  double finetune_head_factor = 1;  // what the finetune phase's rate is multiplied by for the head
  double layer_decay = 1;           // of the finetune phase's rate, from each group of layers to the one below; 0 ... 1
  ScheduleKind finetune_schedule = ScheduleKind::kOneCycle;
  Norms norms = Norms::kFrozen;  // in the finetune phase; without weights they adapt
  // Of norms that learn their statistics, in PyTorch's sense: above 0, at most 1; default: the layers' own.
  std::optional<double> norm_momentum;
  double head_warmup = 0;        // part of the steps of the head phase, from 0 to below 1
  std::optional<double> warmup;  // of the finetune phase; default: 0.15 of cosine and one-cycle, 0 of others
  // Of the schedules of both phases (train/optim/schedule_options.h). One that neither schedule uses is refused.
  std::optional<double> schedule_factor;
  std::optional<int> schedule_epochs;
  std::optional<double> schedule_power;
  std::optional<double> schedule_decay;
  std::optional<double> schedule_end;
  std::vector<std::pair<uint32_t, double>> schedule_list;
  BestBy best_by = BestBy::kAccuracy;  // of val: which epoch's weights are kept; plateau and early stop go by it, too
  uint32_t early_stop = 0;             // epochs without a gain that end a phase; 0: none do
  std::optional<double> min_delta;     // the smallest gain that counts for early_stop; default: 0.002
  std::optional<double> target;        // of best_by: the run ends when it is reached
  // Seconds of the run. The last phase trains to it, be it for more or fewer epochs; the head phase before it takes at
  // most its part by epochs. 0: phases have their epochs.
  double time_budget = 0;
  OnDivergence on_divergence = OnDivergence::kStop;
  OptimizerKind optimizer = OptimizerKind::kAdam;
  double ema = 0;                 // decay of a moving average of the weights, below 1; 0: none
  uint32_t average_best = 0;      // the best epochs whose weights are averaged at the end, greedily; 0: none
  double weight_decay = 0;        // not of norms and biases
  double clip_norm = 0;           // the greatest norm of a step's gradients; 0: any
  std::optional<double> dropout;  // before the last layer, and inside small_cnn; default: 0.5
  double label_smoothing = 0.1;
  // Of the loss, not of the sampler; `loss_weights` are for kNamed: 0 ... 1e6, not all of them 0.
  LossWeighting loss_weighting = LossWeighting::kNamed;
  NamedWeights loss_weights;
  double focal = 0;  // gamma of the focal loss; 0: off

  // The augmentations of train. Their sizes, channels and fit follow from the other options.
  dataset::AugmentationOptions augmentation = dataset::OptionsOf(dataset::AugmentationPreset::kStandard);
  dataset::MixOptions mix;
  double mix_until = 1;  // part of the last phase's epochs that mix, those before the others; 0 ... 1

  NormalizationKind normalize = NormalizationKind::kFixed;

  uint64_t seed = 0;
  DeviceKind device = DeviceKind::kAuto;
  Precision precision = Precision::kAuto;
  Deterministic deterministic = Deterministic::kNo;
  int compute_threads = 0;                             // 0: one a core
  int loader_threads = 0;                              // 0: one a core, at most 16
  uint64_t memory = uint64_t{2} << 30;                 // three quarters for train's records, one for val's
  dataset::Cache cache = dataset::Cache::kAuto;        // of train
  dataset::Order sampler = dataset::Order::kShuffled;  // of train; not kSequential
  // For sampler weighted: how often a sample of the class is drawn, relative to other classes; 1 if it is not named.
  NamedWeights class_weights;
  int segment_epochs = 1;        // how often a segment is used before the next one, if train does not fit the memory
  uint64_t steps_per_epoch = 0;  // 0: as many as train has
  // Unreadable samples of each split that are tolerated: those of train are replaced, those of val are left out.
  dataset::RejectBudget max_bad{.count = 0, .fraction = {}};
  dataset::Sync sync = dataset::Sync::kYes;
  // Where features of frozen layers are kept for later runs, and the most bytes of all of them; empty or 0: nowhere.
  std::filesystem::path feature_folder;
  uint64_t feature_cache = 0;

  std::string config_toml;  // the content of config.toml in the run folder
  std::function<bool()> stop;
};

// Throws dataset::Error::Usage with the field's name in backticks if an option is out of its range
// (train/run/training_fields.h).
void Validate(const TrainingRunOptions& options);

}  // namespace train
