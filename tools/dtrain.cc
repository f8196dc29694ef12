// Trains a classifier on a dataset.
#include <iostream>
#include <memory>
#include <string>

#include "tools/cli/cli.h"
#include "tools/cli/interrupt.h"
#include "tools/flags/train_flags.h"
#include "tools/print/model_tables.h"
#include "tools/print/train_report.h"
#include "train/backbones/backbone_table.h"
#include "train/run/training_plan.h"
#include "train/run/training_run.h"

namespace {

struct Flags : cli::TrainFlags {
  bool summary = false;
};

int Run(const Flags& flags, const CLI::App& app) {
  train::TrainingRunOptions options =
      cli::MakeTrainingOptions(flags, app, {"summary", "list-backbones", "list-layers"});
  if (flags.summary) {
    const train::Architecture architecture = train::PlanArchitecture(options);
    std::cout << cli::FormatSummary(architecture, train::Summarize(architecture, options.finetune_layers));
    return cli::kDone;
  }
  cli::CatchInterrupts();
  options.stop = cli::Interrupted;
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
  return cli::kDone;
}

// Options that print something and end.
void AddLists(CLI::App* app, Flags* flags) {
  app->add_flag("--summary", flags->summary, "Print the network layer by layer, and end")
      ->each([app](const std::string&) {
        app->get_option("dataset")->required(false);
        app->get_option("--output")->required(false);
      })
      ->group(cli::kNetworkGroup);
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
