// Scores a trained classifier on a split of a dataset.
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "tools/cli/cli.h"
#include "tools/cli/interrupt.h"
#include "tools/flags/dataset_flags.h"
#include "tools/flags/thread_flags.h"
#include "tools/print/eval_report.h"
#include "train/run/evaluation_run.h"

namespace {

struct Flags : train::EvaluationRunOptions, cli::DatasetFlags {
  std::string run_folder;
  std::optional<std::string> dataset_folder;
  std::string split_name = "test";
  std::string memory_size = "2GiB";
};

int Run(const Flags& flags) {
  cli::CatchInterrupts();
  train::EvaluationRunOptions options = flags;
  options.run = flags.run_folder;
  if (flags.dataset_folder) options.dataset = *flags.dataset_folder;
  options.foreign = cli::MakeForeignOptions(flags);
  options.split = *dataset::ParseSplit(flags.split_name);
  options.compute_threads = cli::BoundThreads("--compute-threads", flags.compute_threads);
  options.loader_threads = cli::BoundThreads("--loader-threads", flags.loader_threads);
  options.memory = cli::ParseSize(flags.memory_size);
  options.stop = cli::Interrupted;
  const auto result = train::RunEvaluation(options, *cli::MakeProgress());
  if (!result) {
    cli::Say("interrupted; nothing was written");
    return cli::kInterrupted;
  }
  if (result->other_dataset) cli::Warn("this is not the dataset that the run was trained on");
  std::cout << cli::FormatEvaluation(result->evaluation, result->classes);
  cli::Say(result->folder.string() + ": evaluation.json, predictions.csv");
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return cli::RunTool(
      argc, argv, "deval", "Scores a trained classifier on a split of a dataset.", [](CLI::App& app) -> cli::Body {
        auto flags = std::make_shared<Flags>();
        app.add_option("run", flags->run_folder, "Run folder, as dtrain writes it")->required();
        app.add_option("--split", flags->split_name, "")->check(cli::OneOf({"train", "val", "test"}));
        app.add_option("--dataset", flags->dataset_folder,
                       "Another dataset of the same classes; default: the run's own");
        cli::AddDatasetFlags(&app, flags.get());
        app.add_option("--batch-size", flags->batch_size, "Images at a time")->check(CLI::PositiveNumber);
        app.add_option("--device", flags->device, "")->check(cli::OneOf({"auto", "cpu", "cuda"}));
        app.add_option("--precision", flags->precision, "auto: bf16 where the hardware has it")
            ->check(cli::OneOf({"auto", "fp32", "bf16"}));
        app.add_option("--compute-threads", flags->compute_threads, "0, or more than there are: one a core")
            ->check(CLI::NonNegativeNumber);
        app.add_option("--loader-threads", flags->loader_threads, "0, or more than there are: one a core")
            ->check(CLI::NonNegativeNumber);
        app.add_option("--memory", flags->memory_size, "For records held in memory; what does not fit is streamed");
        return [flags] { return Run(*flags); };
      });
}
