// Trains a classifier on a dataset.
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "tools/cli/cli.h"
#include "tools/cli/interrupt.h"
#include "tools/flags/augment_flag.h"
#include "tools/flags/dataset_flags.h"
#include "tools/flags/thread_flags.h"
#include "tools/print/model_tables.h"
#include "tools/print/train_report.h"
#include "train/backbones/backbone_table.h"
#include "train/graph/head.h"
#include "train/network/initialization.h"
#include "train/optim/loss.h"
#include "train/optim/optimizer_kind.h"
#include "train/run/training_plan.h"
#include "train/run/training_run.h"

namespace {

// Options whose values are those of --model's network.
const std::vector<std::string> kModelFlags = {"backbone", "channels", "pooling", "head", "loss", "dropout"};

struct Flags : train::TrainingRunOptions, cli::DatasetFlags {
  std::string dataset_folder;
  std::string output_folder;
  std::optional<std::string> weights_file;
  std::optional<std::string> model_file;
  bool summary = false;
  std::string recipe = "standard";
  std::string augment = "standard";
  std::string weights_of_classes;
  std::string memory_size = "2GiB";
  std::string on_bad = "fail";
  std::optional<std::string> most_bad;
  bool resume = false;
  bool overwrite = false;
  bool no_fsync = false;
};

// "cat=2,dog=0.5"
std::vector<std::pair<std::string, double>> ParseWeights(const std::string& text) {
  std::vector<std::pair<std::string, double>> weights;
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) {
    const size_t equals = item.rfind('=');
    if (equals == item.npos) {
      throw dataset::Error::Usage("--class-weights: '" + item + "' is not of the form CLASS=WEIGHT");
    }
    const std::vector<double> weight = cli::ParseNumbers(item.substr(equals + 1), "--class-weights");
    weights.emplace_back(item.substr(0, equals), weight.front());
  }
  return weights;
}

train::TrainingRunOptions MakeOptions(const Flags& flags, const CLI::App& app) {
  train::TrainingRunOptions options = flags;
  options.dataset = flags.dataset_folder;
  options.foreign = cli::MakeForeignOptions(flags);
  options.output = flags.output_folder;
  if (flags.weights_file) options.weights = *flags.weights_file;
  if (flags.model_file) options.model = *flags.model_file;
  const cli::Augment augment = cli::ParseAugment(flags.augment);
  options.augmentation = augment.options;
  options.mix = augment.mix;
  options.class_weights = ParseWeights(flags.weights_of_classes);
  options.compute_threads = cli::BoundThreads("--compute-threads", flags.compute_threads);
  options.loader_threads = cli::BoundThreads("--loader-threads", flags.loader_threads);
  options.memory = cli::ParseSize(flags.memory_size);
  options.max_bad = cli::ParseBudget(flags.on_bad, flags.most_bad);
  options.existing = flags.resume      ? dataset::ExistingOutput::kResume
                     : flags.overwrite ? dataset::ExistingOutput::kOverwrite
                                       : dataset::ExistingOutput::kRefuse;
  options.sync = flags.no_fsync ? dataset::Sync::kNo : dataset::Sync::kYes;
  std::vector<std::string> left_out = {"dataset", "output", "resume", "overwrite", "no-fsync", "summary"};
  if (flags.model_file) left_out.insert(left_out.end(), kModelFlags.begin(), kModelFlags.end());
  options.config_toml = cli::ResolvedConfig(app, left_out);
  options.stop = cli::Interrupted;
  return options;
}

int PrintSummary(const Flags& flags, const CLI::App& app) {
  const train::Architecture architecture = train::PlanArchitecture(MakeOptions(flags, app));
  std::cout << cli::FormatSummary(architecture, train::Summarize(architecture, flags.finetune_layers));
  return cli::kDone;
}

int Run(const Flags& flags, const CLI::App& app) {
  if (flags.summary) return PrintSummary(flags, app);
  cli::CatchInterrupts();
  cli::TrainReport report;
  const train::RunResult result = train::RunTraining(MakeOptions(flags, app), report);
  for (const dataset::BadSample& sample : result.replaced) cli::Say("replaced: " + sample.what);
  switch (result.kind) {
    case train::RunResult::Kind::kAlreadyComplete:
      cli::Say(flags.output_folder + ": unchanged");
      break;
    case train::RunResult::Kind::kStopped:
      cli::Say("interrupted and saved; --resume goes on");
      return cli::kInterrupted;
    case train::RunResult::Kind::kTrained:
      break;
  }
  std::cout << cli::FormatRunResult(result, flags.output_folder);
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return cli::RunTool(
      argc, argv, "dtrain", "Trains a classifier on a dataset that dscompile built.", [](CLI::App& app) -> cli::Body {
        auto flags = std::make_shared<Flags>();
        CLI::Option* dataset = app.add_option("dataset", flags->dataset_folder, cli::kDatasetPath)->required();
        cli::AddDatasetFlags(&app, flags.get());
        CLI::Option* output = app.add_option("-o,--output", flags->output_folder, "Run folder")->required();
        app.add_option("--backbone", flags->backbone, "Network; --list-backbones describes them")
            ->check(cli::OneOf(train::BackboneNames()));
        app.add_option("--weights", flags->weights_file,
                       "Pretrained weights (.pth, .safetensors, Keras .h5); default: from scratch");
        app.add_option("--image-size", flags->image_size, "Side of the network's input; default: the backbone's own");
        app.add_option("--channels", flags->channels, "Of the network's input; default: the backbone's own")
            ->check(cli::OneOf({"1", "3"}));
        app.add_option("--pooling", flags->pooling, "From the last map to features; concat: avg and max; default: avg")
            ->check(cli::OneOf(train::PoolingNames()));
        app.add_option("--head", flags->head,
                       "Layers on the features: dense:UNITS[:ACTIVATION], conv:CHANNELS[:ACTIVATION] (before the "
                       "pooling), norm, dropout:RATE,...; or published: as the pretrained one; default: dropout, and "
                       "a dense layer of the classes");
        app.add_option("--loss", flags->loss, "sigmoid: each class on its own, one score for two classes")
            ->check(cli::OneOf(train::LossNames()));
        app.add_option("--init", flags->initialization, "Of what no weights fill")
            ->check(cli::OneOf(train::InitializationNames()));
        CLI::Option* model =
            app.add_option("--model", flags->model_file, "A run's model.json, whose network is built instead");
        app.add_option("--eval-resize", flags->eval_resize,
                       "Short side before evaluation's centre crop; default: 1.1 x the image size (small_cnn: 1 x)");
        app.add_option("--fit", flags->fit, "How a picture fills the square, without a random crop")
            ->check(cli::OneOf({"crop", "pad", "stretch"}));
        app.add_option("--recipe", flags->recipe, "Bundle of defaults for what follows")
            ->check(cli::OneOf({"standard"}));
        app.add_option("--batch-size", flags->batch_size, "Images a step");
        app.add_option("--head-epochs", flags->head_epochs, "Epochs of the head alone (with --weights)");
        app.add_option("--head-learning-rate", flags->head_learning_rate, "Its peak");
        app.add_option("--head-schedule", flags->head_schedule, "")->check(cli::OneOf(train::ScheduleNames()));
        app.add_option("--finetune-epochs", flags->finetune_epochs, "Epochs of all layers, or of --finetune-layers");
        app.add_option("--finetune-layers", flags->finetune_layers,
                       "Of the backbone, with --weights: all, last:N, skip:N or from:LAYER_OR_GROUP, as --list-layers "
                       "counts them");
        app.add_option("--finetune-learning-rate", flags->finetune_learning_rate, "Its peak");
        app.add_option("--finetune-schedule", flags->finetune_schedule, "")->check(cli::OneOf(train::ScheduleNames()));
        app.add_option("--warmup", flags->warmup, "Part of the finetune steps over which the rate rises");
        app.add_option("--optimizer", flags->optimizer, "")->check(cli::OneOf(train::OptimizerNames()));
        app.add_option("--dropout", flags->dropout,
                       "Before the last layer, without --head; of small_cnn also inside; default: 0.5");
        app.add_option("--label-smoothing", flags->label_smoothing, "");
        app.add_option("--augment", flags->augment, cli::kAugmentHelp);
        app.add_option("--normalize", flags->normalize,
                       "Inputs: by fixed mean and std, those of each sample, or whitened by train (small pictures)")
            ->check(cli::OneOf({"fixed", "sample", "zca", "pca"}));
        app.add_option("--seed", flags->seed, "Number that decides everything random");
        app.add_option("--device", flags->device, "")->check(cli::OneOf({"auto", "cpu", "cuda"}));
        app.add_option("--precision", flags->precision, "auto: bf16 where the hardware has it")
            ->check(cli::OneOf({"auto", "fp32", "bf16"}));
        app.add_option("--compute-threads", flags->compute_threads, "0, or more than there are: one a core");
        app.add_option("--loader-threads", flags->loader_threads,
                       "0, or more than there are: one a core; never changes a result");
        app.add_option("--memory", flags->memory_size, "For records held in memory; what does not fit is streamed");
        app.add_option("--cache", flags->cache,
                       "What is held of train's pictures: their files, or their pixels; auto: as they are stored")
            ->check(cli::OneOf({"auto", "encoded", "decoded"}));
        app.add_option(
               "--sampler", flags->sampler,
               "balanced: each class equally often; weighted: samples drawn by their class's weight; stratified: each "
               "batch with the classes' proportions")
            ->check(cli::OneOf({"shuffled", "balanced", "weighted", "stratified"}));
        app.add_option("--class-weights", flags->weights_of_classes,
                       "Of --sampler weighted: CLASS=WEIGHT,...; others: 1");
        app.add_option("--segment-epochs", flags->segment_epochs,
                       "How often what is in memory is used before more is read, if not all fits");
        app.add_option("--steps-per-epoch", flags->steps_per_epoch, "0: as many as the train split has");
        app.add_option("--on-bad", flags->on_bad, "Unreadable train pictures: fail, or skip and take others instead")
            ->check(cli::OneOf({"skip", "fail"}));
        app.add_option("--max-bad", flags->most_bad, "Fail if more are skipped than so many, or such a part: 5%");
        for (const std::string& name : kModelFlags) model->excludes("--" + name);
        app.add_flag("--resume", flags->resume, "Go on with the run in the output folder");
        app.add_flag("--overwrite", flags->overwrite, "Replace the run in the output folder")->excludes("--resume");
        app.add_flag("--no-fsync", flags->no_fsync, "Do not wait for the disk");
        app.add_flag("--summary", flags->summary, "Print the network layer by layer, and end")
            ->each([dataset, output](const std::string&) {
              dataset->required(false);
              output->required(false);
            });
        app.add_flag_callback(
            "--list-backbones",
            [] {
              std::cout << cli::FormatBackbones();
              throw CLI::Success();
            },
            "Print all networks, and end");
        app.add_option_function<std::string>(
               "--list-layers",
               [](const std::string& name) {
                 std::cout << cli::FormatLayers(name);
                 throw CLI::Success();
               },
               "Print a network's layers and groups, and end")
            ->check(cli::OneOf(train::BackboneNames()));
        return [flags, &app] { return Run(*flags, app); };
      });
}
