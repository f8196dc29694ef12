#include "tools/flags/train_flags.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <type_traits>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "dataset/read/dataset_path.h"
#include "tools/cli/cli.h"
#include "tools/flags/augment_flag.h"
#include "tools/flags/choice_option.h"
#include "tools/flags/recipe_flag.h"
#include "tools/flags/schedule_flags.h"
#include "tools/flags/thread_flags.h"
#include "train/backbones/backbone_table.h"
#include "train/run/run_directory.h"
#include "train/run/training_fields.h"

namespace cli {
namespace {

// Options whose values are those of --model's network.
const std::vector<std::string> kModelFlags = {"backbone", "channels", "pooling", "head", "loss", "dropout"};
// Further ones whose values are those of --init-from's run.
const std::vector<std::string> kInputFlags = {"fit", "normalize"};

struct FieldFlag {
  const char* field;  // of train::TrainingFields
  const char* group;
  const char* help;
  const char* flag = nullptr;  // default: the field's name with dashes
};

// "label_smoothing": "--label-smoothing".
std::string FlagOf(const FieldFlag& row) {
  std::string flag = row.flag != nullptr ? row.flag : row.field;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return "--" + flag;
}

template <typename T>
CLI::Option* AddValue(CLI::App* app, const std::string& flag, T* value, const std::string& help) {
  if constexpr (std::is_enum_v<T>) {
    return AddChoice(app, flag, value, help);
  } else {
    return app->add_option(flag, *value, help);
  }
}
CLI::Option* AddValue(CLI::App* app, const std::string& flag, std::optional<train::Pooling>* value,
                      const std::string& help) {
  return AddChoice(app, flag, value, help);
}
CLI::Option* AddValue(CLI::App* app, const std::string& flag, dataset::Order* value, const std::string& help) {
  return AddChoice(app, flag, value, help, dataset::Names<dataset::Order>({dataset::Order::kSequential}));
}

CLI::Option* AddField(CLI::App* app, TrainFlags* flags, const FieldFlag& row) {
  train::TrainingRunOptions* const options = flags;
  CLI::Option* const option = std::visit(
      [&](auto member) { return AddValue(app, FlagOf(row), &(options->*member), row.help)->group(row.group); },
      train::FieldNamed(row.field).member);
  flags->of_field[row.field] = option;
  return option;
}

void AddNetworkFlags(CLI::App* app, TrainFlags* flags) {
  const auto add = [&](const FieldFlag& row) { return AddField(app, flags, row); };
  add({"backbone", kNetworkGroup, "Network; --list-backbones describes them"})->check(OneOf(train::BackboneNames()));
  app->add_option("--weights", flags->weights_file,
                  "File of pretrained weights (.pth, .safetensors, Keras .h5); default: none, train from scratch")
      ->type_name("FILE")
      ->group(kNetworkGroup);
  app->add_option("--weights-key", flags->weights_key,
                  "Which entry of --weights to take if it holds several networks, or what their names begin with; "
                  "default: averaged weights (EMA) if there are any")
      ->type_name("KEY")
      ->group(kNetworkGroup);
  app->add_option("--init-from", flags->init_run,
                  "Another run: begin with its network and best weights, also those of the classes that are the same")
      ->type_name("RUN")
      ->group(kNetworkGroup);
  AddChoice(app, "--init-optimizer", &flags->init_optimizer,
            "What becomes of the optimizer of --init-from: drop: the run begins with a fresh one; keep: it goes on, "
            "which needs the same classes and layers, and --head-epochs 0")
      ->group(kNetworkGroup);
  add({"image_size", kNetworkGroup, "Side of the network's input in pixels; default: the backbone's own"});
  add({"start_size", kNetworkGroup,
       "A smaller side for the first 60 % of the finetune phase's epochs, which are then faster; default: "
       "--image-size"});
  add({"eval_size", kNetworkGroup,
       "Side of the input in validation and of the model afterwards; somewhat above --image-size it is often more "
       "accurate, since crops show things larger; default: --image-size"});
  add({"channels", kNetworkGroup, "Channels of the network's input: 3, colour, or 1, grey; default: 3 (small_cnn: 1)"})
      ->check(OneOf({"1", "3"}));
  add({"pooling", kNetworkGroup,
       "How the last map becomes features; concat: avg and max; flatten: the whole map; default: avg"});
  add({"head", kNetworkGroup,
       "Layers on the features: dense:UNITS[:ACTIVATION], conv:CHANNELS[:ACTIVATION] (before the pooling), norm, "
       "dropout:RATE,...; or published: as the pretrained one; default: dropout, and a dense layer of the classes"});
  add({"loss", kNetworkGroup,
       "softmax: one class of all; sigmoid: each class on its own, and one score for two classes"});
  add({"initialization", kNetworkGroup, "First values of the parameters that no weights fill", "init"});
  app->add_option("--model", flags->model_file, "Another run's model.json: its network is built")
      ->type_name("FILE")
      ->group(kNetworkGroup);
  add({"eval_resize", kNetworkGroup,
       "Short side in pixels before evaluation's centre crop, --eval-size or more; default: 1.1 x the eval size "
       "(small_cnn: 1 x)"});
  add({"fit", kNetworkGroup,
       "How a picture fills the square without a random crop: crop cuts off what juts out, pad adds a border, stretch "
       "changes the proportions"});
}

void AddTrainingFlags(CLI::App* app, TrainFlags* flags) {
  const auto add = [&](const FieldFlag& row) { return AddField(app, flags, row); };
  AddRecipeFlag(app, flags);
  add({"batch_size", kTrainingGroup, "Images a batch; a step has one batch unless --accumulate says otherwise"});
  add({"accumulate", kTrainingGroup,
       "Batches whose gradients make one step, if a larger batch does not fit the memory"});
  add({"head_solver", kTrainingGroup,
       "How the first phase trains the head; ridge: one dense layer in closed form, in one epoch; auto: ridge if the "
       "head, the loss and the rest allow it and no scores of --init-from would be lost"});
  add({"head_epochs", kTrainingGroup,
       "Epochs of the first phase, which trains the head alone; without --weights or --init-from there is none; ridge "
       "takes one, but 0 is none"});
  add({"head_learning_rate", kTrainingGroup, "Highest learning rate of the head phase"});
  add({"head_schedule", kTrainingGroup, "How the head phase's learning rate runs over its steps"});
  add({"finetune_epochs", kTrainingGroup,
       "Epochs of the second phase, which trains all layers, or those of --finetune-layers"});
  add({"finetune_layers", kTrainingGroup,
       "Layers of the backbone that are fine-tuned, with --weights or --init-from: all, last:N, skip:N or "
       "from:LAYER_OR_GROUP, as --list-layers counts them"});
  add({"thaw", kTrainingGroup,
       "all: the finetune phase trains these layers from its beginning; groups: first the top group of layers, then "
       "also the one below, and so on to the stem, --group-epochs each, with --weights or --init-from"});
  add({"group_epochs", kTrainingGroup,
       "Epochs of each group with --thaw groups, in place of --finetune-epochs; default: 5"});
  add({"finetune_learning_rate", kTrainingGroup, "Highest learning rate of the finetune phase"});
  add({"finetune_head_factor", kTrainingGroup,
       "What the finetune phase's learning rate is multiplied by for the head"});
  add({"layer_decay", kTrainingGroup,
       "What the finetune phase's learning rate is multiplied by from each group of layers to the one below, as "
       "--list-layers has them; 1: all have the same"});
  add({"norms", kTrainingGroup,
       "Norms of the backbone in the finetune phase, with --weights or --init-from: frozen, or adapt: those of trained "
       "layers learn their statistics on"});
  add({"norm_momentum", kTrainingGroup,
       "Part by which statistics go to those of each batch, above 0 and to 1, if norms learn; default: the network's "
       "own, such as 0.1"});
  add({"finetune_schedule", kTrainingGroup, "How the finetune phase's learning rate runs over its steps"});
  add({"warmup", kTrainingGroup,
       "Part of the finetune phase's steps over which the rate rises, from 0 to below 1; default: 0.15 of cosine and "
       "one-cycle, 0 of others"});
  add({"head_warmup", kTrainingGroup, "The same of the head phase"});
  AddScheduleFlags(app, flags, [&](const char* field, const char* help) { add({field, kTrainingGroup, help}); });
  add({"on_divergence", kTrainingGroup,
       "If the loss is not finite: stop; halve: go on from the best weights at half the rate, four times at most; "
       "warn: leave out the step, ten times at most but not three in a row"});
  add({"optimizer", kTrainingGroup, "How a step changes the weights; momentum and nesterov have momentum 0.9"});
  add({"weight_decay", kTrainingGroup, "Pull of the weights to zero, but not of norms and biases"});
  add({"ema", kTrainingGroup,
       "Decay of a moving average of the weights, such as 0.99, which is validated beside them; the better of both "
       "counts; 0: none"});
  add({"average_best", kTrainingGroup,
       "At the end average the weights of so many best epochs, as long as val gains; 0: none"});
  add({"clip_norm", kTrainingGroup, "Longest gradient of a step; longer ones are shortened; 0: none are"});
  add({"dropout", kTrainingGroup,
       "Rate before the last layer, without --head; of small_cnn also inside; from 0 to below 1; default: 0.5"});
  add({"label_smoothing", kTrainingGroup, "Part of each target that is spread over all classes, from 0 to below 1"});
  app->add_option("--loss-weights", flags->weights_of_loss,
                  "How much the images of a class count in the loss: balanced, all classes alike, or classes with "
                  "theirs, others 1; --class-weights is for how often they are shown")
      ->type_name("balanced|CLASS=WEIGHT,...")
      ->group(kTrainingGroup);
  add({"focal", kTrainingGroup, "Gamma of the focal loss, in which images that are recognised count less; 0: off"});
}

void AddInputFlags(CLI::App* app, TrainFlags* flags) {
  const auto add = [&](const FieldFlag& row) { return AddField(app, flags, row); };
  app->add_option("--augment", flags->augment, kAugmentHelp)->type_name("WHAT")->group(kAugmentationGroup);
  add({"mix_until", kAugmentationGroup,
       "Part of the last phase's epochs with mixup and cutmix, from 0 to 1; those after them are unmixed"});
  add({"normalize", kAugmentationGroup,
       "Inputs: by fixed mean and std, those of each sample, or whitened by train (small pictures)"});
  add({"seed", kGeneral, "Number that decides everything that is random"});
  add({"device", kMachineGroup, "auto: a GPU if there is one"});
  add({"precision", kMachineGroup, "auto: bf16 where the hardware has it, fp16 on another GPU"});
  app->add_flag("--deterministic", flags->repeats_exactly,
                "On a GPU: a run repeats to the bit, at some speed; on a processor each one does")
      ->group(kMachineGroup);
  add({"compute_threads", kMachineGroup,
       "Threads of the network's arithmetic; 0, or more than there are cores: one per core"});
  add({"loader_threads", kMachineGroup,
       "Threads that decode pictures; 0, or more than there are cores: one per core; never changes a result"});
  app->add_option("--memory", flags->memory_size,
                  "Bytes for records held in memory, such as 512MiB; what does not fit is streamed")
      ->type_name("SIZE")
      ->group(kMachineGroup);
  app->add_option("--feature-cache", flags->feature_size,
                  "Bytes for what frozen layers make of pictures, which later runs need not compute again, in "
                  "$XDG_CACHE_HOME/dstools/features (default: ~/.cache); 0: nothing is kept there")
      ->type_name("SIZE")
      ->group(kMachineGroup);
  add({"cache", kLoaderGroup,
       "What is held of train's pictures: their files, or their pixels; auto: as they are stored"});
  add({"sampler", kLoaderGroup,
       "balanced: each class equally often; weighted: samples drawn by their class's weight; stratified: each batch "
       "with the classes' proportions"});
  app->add_option("--class-weights", flags->weights_of_classes,
                  "Weights of --sampler weighted: how often a class is shown; classes without one have 1")
      ->type_name("CLASS=WEIGHT,...")
      ->group(kLoaderGroup);
  add({"segment_epochs", kLoaderGroup,
       "How often what is in memory is used before more is read, if not all fits; 1 to 1024"});
  add({"steps_per_epoch", kLoaderGroup,
       "Steps of an epoch, which ends with a validation; 0: as many as the train split has"});
  add({"val_fraction", kLoaderGroup,
       "Part of each class of train that is held out for val, such as 0.1, of a dataset without a val split; the same "
       "pictures for any --seed"});
  AddChoice(app, "--on-bad", &flags->on_bad,
            "Unreadable pictures: fail, or skip: take others instead in train, and leave them out of val")
      ->group(kLoaderGroup);
  app->add_option(
         "--max-bad", flags->most_bad,
         "With --on-bad skip: end the run if more pictures of a split are unreadable, a number or a part such as 5%; "
         "default: any")
      ->type_name("N|P%")
      ->group(kLoaderGroup);
}

// The run's own config.toml is read as if --config named it, once both --resume and --output are known.
void TakeConfigOfRun(const TrainFlags& flags, CLI::App* app) {
  if (!flags.resume || flags.output_folder.empty()) return;
  const train::RunDirectory run(flags.output_folder);
  if (!run.IsRun()) return;
  std::error_code unreadable;
  if (!std::filesystem::exists(run.config(), unreadable) && !run.LatestCheckpoint()) {
    throw dataset::Error(run.path(), "holds a run that was ended as it began; --overwrite starts again");
  }
  app->get_config_ptr()->default_str(run.config().string());
}

void AddRunFlags(CLI::App* app, TrainFlags* flags, CLI::Option* dataset) {
  app->add_flag_callback(
         "--resume",
         [=] {
           flags->resume = true;
           dataset->required(false);
           TakeConfigOfRun(*flags, app);
         },
         "Go on with the run in the output folder; its own options and dataset hold unless others are given")
      ->trigger_on_parse()
      ->group(kOutputGroup);
  app->add_option("--extend", flags->extend, "With --resume: add so many epochs to a run that has ended")
      ->type_name("EPOCHS")
      ->group(kOutputGroup);
  app->add_flag("--overwrite", flags->overwrite, "Replace the run in the output folder")
      ->excludes("--resume")
      ->group(kOutputGroup);
  app->add_flag("--no-fsync", flags->no_fsync,
                "Do not wait until the disk has it all; faster, but not safe if power fails")
      ->group(kOutputGroup);
}

// Empty: the user has no folder for caches.
std::filesystem::path FeatureFolder() {
  // A relative one is to be ignored (XDG Base Directory Specification).
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && std::filesystem::path(cache).is_absolute()) {
    return std::filesystem::path(cache) / "dstools/features";
  }
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  return std::filesystem::path(home) / ".cache/dstools/features";
}

// "cat=2,dog=0.5"; `other` is what else the flag could be.
train::NamedWeights ParseWeights(const std::string& text, const std::string& flag, const std::string& other = "") {
  train::NamedWeights weights;
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) {
    const size_t equals = item.rfind('=');
    if (equals == item.npos) {
      throw dataset::Error::Usage(flag + ": '" + item + "' is " +
                                  (other.empty() ? "not" : "neither " + other + " nor") + " of the form CLASS=WEIGHT");
    }
    const std::vector<double> weight = ParseNumbers(item.substr(equals + 1), flag);
    weights.emplace_back(item.substr(0, equals), weight.front());
  }
  return weights;
}

void TakeLossWeights(const std::string& text, train::TrainingRunOptions* options) {
  const std::string balanced(dataset::NameOf(train::LossWeighting::kBalanced));
  if (text == balanced) {
    options->loss_weighting = train::LossWeighting::kBalanced;
  } else {
    options->loss_weights = ParseWeights(text, "--loss-weights", balanced);
  }
}

}  // namespace

void AddTrainFlags(CLI::App* app, TrainFlags* flags) {
  CLI::Option* const dataset =
      app->add_option("dataset", flags->dataset_folder, kDatasetPath)->required()->group(kInputGroup);
  AddDatasetFlags(app, flags);
  // Known as soon as it is parsed: see TakeConfigOfRun.
  app->add_option_function<std::string>(
         "-o,--output",
         [=](const std::string& folder) {
           if (folder.empty()) throw CLI::ValidationError("--output", "'' names no folder");
           flags->output_folder = folder;
           TakeConfigOfRun(*flags, app);
         },
         "Run folder: the weights, the options and the course of the training")
      ->type_name("FOLDER")
      ->required()
      ->trigger_on_parse()
      ->group(kOutputGroup);
  AddNetworkFlags(app, flags);
  AddTrainingFlags(app, flags);
  AddInputFlags(app, flags);
  CLI::Option* const init = app->get_option("--init-from");
  for (const std::string& name : kModelFlags) {
    app->get_option("--model")->excludes("--" + name);
    init->excludes("--" + name);
  }
  for (const std::string& name : kInputFlags) init->excludes("--" + name);
  init->excludes("--weights")->excludes("--model");
  AddRunFlags(app, flags, dataset);
}

train::TrainingRunOptions MakeTrainingOptions(const TrainFlags& flags, const CLI::App& app,
                                              const std::vector<std::string>& left_out) {
  train::TrainingRunOptions options = flags;
  options.dataset = flags.dataset_folder;
  if (flags.resume && flags.dataset_folder.empty()) {
    const train::RunDirectory run(flags.output_folder);
    run.RefuseOthers();
    options.dataset = run.DatasetFolder();
    if (!dataset::MayBeThere(options.dataset)) {
      throw dataset::Error(options.dataset,
                           "is what the run was trained on, and is gone; if it has moved, name it: "
                           "dtrain DATASET --resume -o RUN");
    }
  }
  options.foreign = MakeForeignOptions(flags);
  options.output = flags.output_folder;
  if (flags.weights_file) options.weights = *flags.weights_file;
  if (flags.model_file) options.model = *flags.model_file;
  if (flags.init_run) options.init_from = *flags.init_run;
  const Augment augment = ParseAugment(flags.augment);
  options.augmentation = augment.options;
  options.mix = augment.mix;
  TakeScheduleFlags(flags, &options);
  options.class_weights = ParseWeights(flags.weights_of_classes, "--class-weights");
  TakeLossWeights(flags.weights_of_loss, &options);
  options.compute_threads = BoundThreads("--compute-threads", flags.compute_threads);
  options.loader_threads = BoundThreads("--loader-threads", flags.loader_threads);
  options.memory = ParseSize(flags.memory_size);
  options.feature_cache = ParseSize(flags.feature_size);
  options.feature_folder = FeatureFolder();
  options.max_bad = ParseBudget(flags.on_bad, flags.most_bad);
  options.existing = flags.resume      ? dataset::ExistingOutput::kResume
                     : flags.overwrite ? dataset::ExistingOutput::kOverwrite
                                       : dataset::ExistingOutput::kRefuse;
  options.deterministic = flags.repeats_exactly ? train::Deterministic::kYes : train::Deterministic::kNo;
  options.sync = flags.no_fsync ? dataset::Sync::kNo : dataset::Sync::kYes;
  std::vector<std::string> unresolved = {"dataset", "output", "resume", "extend", "overwrite", "no-fsync"};
  unresolved.insert(unresolved.end(), left_out.begin(), left_out.end());
  if (flags.model_file || flags.init_run) unresolved.insert(unresolved.end(), kModelFlags.begin(), kModelFlags.end());
  if (flags.init_run) unresolved.insert(unresolved.end(), kInputFlags.begin(), kInputFlags.end());
  options.config_toml = ResolvedConfig(app, unresolved);
  return options;
}

}  // namespace cli
