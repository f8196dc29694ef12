// Scores a trained classifier on a split of a dataset.
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "tools/cli/cli.h"
#include "tools/cli/interrupt.h"
#include "tools/flags/choice_option.h"
#include "tools/flags/dataset_flags.h"
#include "tools/flags/thread_flags.h"
#include "tools/print/eval_report.h"
#include "tools/print/train_report.h"
#include "train/run/evaluation_run.h"

namespace {

struct Flags : train::EvaluationRunOptions, cli::DatasetFlags {
  std::string run_folder;
  std::optional<std::string> dataset_folder;
  std::optional<std::string> map_file;
  std::optional<std::string> output_folder;
  bool overwrite = false;
  std::string memory_size = "2GiB";
  cli::OnBad on_bad = cli::OnBad::kFail;
  std::optional<std::string> most_bad;
};

void Print(const train::EvaluationRunResult& result, const Flags& flags) {
  for (const dataset::BadSample& sample : result.left_out) cli::Say("left out: " + sample.what);
  if (!result.finished) {
    cli::Warn(flags.run_folder + " is not finished: its best weights so far are scored; " +
              cli::FormatResume(flags.run_folder) + " goes on with it");
  }
  if (result.other_weights) {
    cli::Warn(flags.run_folder + "/weights.safetensors is not what the training has left: other weights are scored");
  }
  if (result.other_dataset) cli::Warn("this is not the dataset that the run was trained on");
  if (result.other_depth) {
    cli::Warn(
        "photos of more than 8 bits became bytes in another way than for the training; dscompile's --depth "
        "takes the two numbers of model.json");
  }
  if (!result.absent.empty()) cli::Warn(cli::FormatAbsent(result));
  std::cout << cli::FormatEvaluation(result.evaluation, result.classes) << std::flush;
}

int Run(const Flags& flags) {
  cli::CatchInterrupts();
  train::EvaluationRunOptions options = flags;
  options.run = flags.run_folder;
  if (flags.dataset_folder) options.dataset = *flags.dataset_folder;
  if (flags.map_file) options.map = *flags.map_file;
  if (flags.output_folder) options.output = *flags.output_folder;
  if (flags.overwrite) options.existing = dataset::ExistingOutput::kOverwrite;
  options.foreign = cli::MakeForeignOptions(flags);
  options.compute_threads = cli::BoundThreads("--compute-threads", flags.compute_threads);
  options.loader_threads = cli::BoundThreads("--loader-threads", flags.loader_threads);
  options.memory = cli::ParseSize(flags.memory_size);
  options.max_bad = cli::ParseBudget(flags.on_bad, flags.most_bad);
  options.stop = cli::Interrupted;
  const auto result = train::RunEvaluation(options, *cli::MakeProgress(),
                                           [&](const train::EvaluationRunResult& scored) { Print(scored, flags); });
  if (!result) {
    cli::Say("interrupted; nothing was written");
    return cli::kInterrupted;
  }
  cli::Say(result->folder.string() + ": evaluation.json, predictions.csv");
  return cli::kDone;
}

constexpr char kInput[] = "Input";
constexpr char kOutput[] = "Output";
constexpr char kComputing[] = "Computing";

void DefineFlags(CLI::App& app, Flags* flags) {
  app.add_option("run", flags->run_folder, "Run folder, as dtrain writes it, also of an unfinished run")
      ->required()
      ->group(kInput);
  cli::AddChoice(&app, "--split", &flags->split, "Split to score")->group(kInput);
  app.add_option(
         "--dataset", flags->dataset_folder,
         "Another dataset of the same classes, or of some of them; default: the one that the run was trained on")
      ->type_name("FOLDER")
      ->group(kInput);
  app.add_option("--map", flags->map_file,
                 "CSV file that renames the dataset's classes: its class, then the run's class, such as tabby,cat")
      ->type_name("FILE")
      ->group(kInput);
  app.add_option("-o,--output", flags->output_folder,
                 "Folder for the results; default: RUN/eval/SPLIT, and RUN/eval/DATASET-SPLIT for another dataset")
      ->type_name("FOLDER")
      ->group(kOutput);
  app.add_flag("--overwrite", flags->overwrite,
               "Replace the results of another dataset, split, run or --map in that folder")
      ->group(kOutput);
  cli::AddDatasetFlags(&app, flags);
  cli::AddChoice(&app, "--on-bad", &flags->on_bad, "Unreadable pictures: fail, or skip: leave them out of the score")
      ->group(kInput);
  app.add_option("--max-bad", flags->most_bad,
                 "With --on-bad skip: end if more pictures are unreadable, a number or a part such as 5%; default: any "
                 "number may be")
      ->type_name("N|P%")
      ->group(kInput);
  app.add_option("--batch-size", flags->batch_size, "Images in a batch; fewer take less memory")
      ->check(cli::AtLeast(1))
      ->group(kComputing);
  cli::AddChoice(&app, "--device", &flags->device, "Where to compute; auto: on a GPU if there is one")
      ->group(kComputing);
  cli::AddChoice(
      &app, "--precision", &flags->precision,
      "Numbers to compute with: fp32 of 32 bits, or bf16 of 16, which is faster where the hardware has it, or "
      "fp16 of 16, on a GPU; auto: bf16 where it is, fp16 on another GPU")
      ->group(kComputing);
  app.add_option("--compute-threads", flags->compute_threads, "Number of threads that compute; 0: one per core")
      ->check(cli::AtLeast(0))
      ->group(kComputing);
  app.add_option("--loader-threads", flags->loader_threads,
                 "Number of threads that load images; 0: one per core, at most 16")
      ->check(cli::AtLeast(0))
      ->group(kComputing);
  app.add_option(
         "--memory", flags->memory_size,
         "Bytes that records may take in memory, such as 512MiB; what does not fit is read from disk as it is needed")
      ->type_name("SIZE")
      ->group(kComputing);
}

}  // namespace

int main(int argc, char** argv) {
  const cli::Tool tool = {
      .name = "deval",
      .what = "Scores a trained classifier on a split of a dataset",
      .examples = {{"Score on test", "deval run"},
                   {"Score on val, and say no more than the results", "deval run --split val --quiet"},
                   {"Score on another dataset of the same classes", "deval run --dataset small.ds"},
                   {"Score on another one whose classes have other names",
                    "deval run --dataset cats.ds --map names.csv"}},
      .groups = {kInput, kOutput, kComputing}};
  return cli::RunTool(argc, argv, tool, [](CLI::App& app) -> cli::Body {
    auto flags = std::make_shared<Flags>();
    DefineFlags(app, flags.get());
    return [flags] { return Run(*flags); };
  });
}
