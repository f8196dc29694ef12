// Trains a classifier on a dataset.
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "dataset/base/error.h"
#include "tools/cli/cli.h"
#include "tools/cli/interrupt.h"
#include "tools/flags/train_flags.h"
#include "tools/print/model_tables.h"
#include "tools/print/train_report.h"
#include "tools/print/transfer_report.h"
#include "train/backbones/backbone_table.h"
#include "train/run/training_plan.h"
#include "train/run/training_run.h"
#include "train/transfer/saved_features.h"
#include "train/transfer/transfer_check.h"

namespace {

struct Flags : cli::TrainFlags {
  bool summary = false;
  bool transfer_advice = false;
  bool check_transfer = false;
  std::string features_folder;
};

int PrintAdvice(const train::TrainingRunOptions& options) {
  cli::TrialProgress progress("a head on the features");
  const std::optional<train::TransferFacts> facts = train::ProbeTransfer(options, progress);
  if (!facts) return cli::kInterrupted;
  std::cout << cli::FormatAdvice(*facts);
  return cli::kDone;
}

int SaveFeatures(const train::TrainingRunOptions& options, const std::string& folder) {
  const auto progress = cli::MakeProgress();
  const train::SavedFeatures saved = train::SaveFeatures(options, folder, *progress);
  for (const std::string& warning : saved.warnings) cli::Warn(warning);
  if (saved.unchanged) cli::Say(folder + ": unchanged");
  if (!saved.unchanged && saved.splits.empty()) return cli::kInterrupted;
  std::cout << cli::FormatSaved(saved, folder);
  return cli::kDone;
}

int CheckTransfer(const train::TrainingRunOptions& options, const train::RunResult& result) {
  cli::TrialProgress progress("from scratch, to compare");
  const std::optional<train::TransferCheck> check = train::CheckTransfer(options, result, progress);
  if (!check) return cli::kInterrupted;
  if (check->negative) {
    cli::Warn(cli::FormatCheck(*check) + ": the weights harm; train without them");
  } else {
    cli::Say(cli::FormatCheck(*check));
  }
  return cli::kDone;
}

int Run(const Flags& flags, const CLI::App& app) {
  train::TrainingRunOptions options = cli::MakeTrainingOptions(
      flags, app, {"summary", "list-backbones", "list-layers", "transfer-advice", "check-transfer", "save-features"});
  if (flags.summary) {
    const train::Architecture architecture = train::PlanArchitecture(options);
    std::cout << cli::FormatSummary(architecture, train::Summarize(architecture, options.finetune_layers));
    return cli::kDone;
  }
  cli::CatchInterrupts();
  options.stop = cli::Interrupted;
  if (flags.transfer_advice) return PrintAdvice(options);
  if (!flags.features_folder.empty()) {
    const int code = SaveFeatures(options, flags.features_folder);
    if (code != cli::kDone || flags.output_folder.empty()) return code;
  }
  if (flags.check_transfer && !options.weights && !options.init_from) {
    throw dataset::Error::Usage("`check_transfer` is about `weights` or `init_from`: name them");
  }
  cli::TrainReport report;
  const train::RunResult result = train::RunTraining(options, report);
  for (const dataset::BadSample& sample : result.replaced) cli::Say("replaced: " + sample.what);
  for (const dataset::BadSample& sample : result.unseen) cli::Say("not in the solved head: " + sample.what);
  for (const dataset::BadSample& sample : result.left_out) cli::Say("left out of val: " + sample.what);
  if (result.kind == train::RunResult::Kind::kStopped) {
    cli::Say("interrupted and saved; " + cli::FormatResume(flags.output_folder) + " goes on");
    return cli::kInterrupted;
  }
  for (const std::string& file : result.restored) cli::Warn(file + " was gone and is restored");
  if (result.kind == train::RunResult::Kind::kAlreadyComplete) cli::Say(flags.output_folder + ": unchanged");
  std::cout << cli::FormatRunResult(result, flags.output_folder);
  return flags.check_transfer ? CheckTransfer(options, result) : cli::kDone;
}

// Options that print something and end.
void AddLists(CLI::App* app, Flags* flags) {
  app->add_flag("--summary", flags->summary, "Print the network layer by layer, and end")
      ->each([app](const std::string&) {
        app->get_option("dataset")->required(false);
        app->get_option("--output")->required(false);
      })
      ->group(cli::kNetworkGroup);
  app->add_flag(
         "--transfer-advice", flags->transfer_advice,
         "Tell how to train with these weights, by the size of the dataset and how well a head on their features "
         "does, and end; writes nothing")
      ->each([app](const std::string&) { app->get_option("--output")->required(false); })
      ->excludes("--resume")
      ->group(cli::kTrainingGroup);
  app->add_flag("--check-transfer", flags->check_transfer,
                "At the end train the same network from scratch for up to 5 epochs, and warn if that is better")
      ->group(cli::kTrainingGroup);
  app->add_option(
         "--save-features", flags->features_folder,
         "Before the training write what the pretrained network below the head makes of each split, with labels "
         "and sample ids, as .npy files to this folder; without --output that is all")
      ->type_name("FOLDER")
      ->each([app](const std::string&) { app->get_option("--output")->required(false); })
      ->excludes("--resume")
      ->group(cli::kOutputGroup);
  const auto print = [](const std::string& text) {
    std::cout << text;
    throw CLI::Success();
  };
  app->add_flag_callback(
         "--list-backbones", [=] { print(cli::FormatBackbones()); }, "Print all networks, and end")
      ->group(cli::kNetworkGroup);
  app->add_option_function<std::string>(
         "--list-layers", [=](const std::string& name) { print(cli::FormatLayers(name)); },
         "Print the layers and groups of a network of --backbone, and end")
      ->type_name("NAME")
      ->check(cli::OneOf(train::BackboneNames()).description(""))
      ->group(cli::kNetworkGroup);
}

}  // namespace

int main(int argc, char** argv) {
  const cli::Tool tool = {
      .name = "dtrain",
      .what = "Trains a classifier on a dataset that dscompile built",
      .examples = {{"Train a small network from scratch",
                    "dtrain photos.ds -o run --backbone small_cnn --image-size 64 --finetune-epochs 3"},
                   {"Train on from pretrained weights, first the head alone, then all layers",
                    "dtrain photos.ds -o tuned --weights mobilenet_v2.pth --head-epochs 1 --finetune-epochs 1"},
                   {"Train the head alone, in a minute",
                    "dtrain photos.ds -o probed --weights mobilenet_v2.pth --recipe probe"},
                   {"Go on with an interrupted run, which knows its dataset and options", "dtrain --resume -o run"},
                   {"Add two epochs to a run that has ended", "dtrain --resume -o run --extend 2"},
                   {"Train on with more photos or classes, from what a run has learned",
                    "dtrain photos.ds -o next --init-from run --head-epochs 1 --finetune-epochs 1"}},
      .groups = cli::kTrainGroups};
  return cli::RunTool(argc, argv, tool, [](CLI::App& app) -> cli::Body {
    auto flags = std::make_shared<Flags>();
    cli::AddTrainFlags(&app, flags.get());
    AddLists(&app, flags.get());
    return [flags, &app] { return Run(*flags, app); };
  });
}
