// Measures what the loader alone delivers.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/bench/shuffle_report.h"
#include "dataset/read/open_dataset.h"
#include "dataset/read/sample_peek.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/scale.h"
#include "tools/cli/cli.h"
#include "tools/flags/augment_flag.h"
#include "tools/flags/choice_option.h"
#include "tools/flags/dataset_flags.h"
#include "tools/print/bench_report.h"

namespace {

struct Flags : cli::DatasetFlags {
  std::string dataset;
  dataset::Split split = dataset::Split::kTrain;
  int image_size = 224;
  std::optional<int> eval_resize;
  std::string augment = "standard";
  int batch_size = 64;
  int threads = 0;
  std::string memory = "2GiB";
  dataset::Cache cache = dataset::Cache::kAuto;
  dataset::PixelFormat output = dataset::PixelFormat::kUint8Nhwc;
  uint64_t seed = 0;
  double seconds = 8;
  bool compare_threads = false;
  bool shuffle_report = false;
  bool json = false;
};

int Processors() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

dataset::LoaderOptions MakeOptions(const Flags& flags, const dataset::DatasetInfo& info) {
  const cli::Augment augment = cli::ParseAugment(flags.augment);
  dataset::LoaderOptions options;
  options.folder = flags.dataset;
  options.split = flags.split;
  options.augmentation = augment.options;
  options.mix = augment.mix;
  options.augmentation.image_size = flags.image_size;
  options.augmentation.eval_resize = flags.eval_resize.value_or(static_cast<int>(std::lround(1.1 * flags.image_size)));
  options.augmentation.channels = info.channels == 1 ? 1 : 3;
  options.batch_size = flags.batch_size;
  options.threads = flags.threads > 0 ? std::min(flags.threads, Processors()) : Processors();
  options.memory = cli::ParseSize(flags.memory);
  options.cache = flags.cache;
  options.seed = flags.seed;
  options.format = flags.output;
  if (flags.output == dataset::PixelFormat::kFloat32Nchw) {
    const uint32_t channels = static_cast<uint32_t>(options.augmentation.channels);
    for (const double mean : dataset::ImageNetMean(channels)) options.mean.push_back(static_cast<float>(255 * mean));
    for (const double stddev : dataset::ImageNetStd(channels))
      options.stddev.push_back(static_cast<float>(255 * stddev));
  }
  return options;
}

// Warns if threads had to wait for processors, which is not a limit of the loader.
void WarnOfOthers(const cli::BenchRun& run) {
  constexpr double kMuchLess = 0.8;
  const dataset::LoaderShares shares = cli::SharesOf(run);
  const double working = (shares.parse + shares.decode + shares.augment + shares.collate) * run.options.threads;
  if (run.benchmark.processors >= kMuchLess * working) return;
  char text[96];
  std::snprintf(text, sizeof(text), "only %.1f processors were free for %.1f at work: the figures are too low",
                run.benchmark.processors, working);
  cli::Warn(text);
}

cli::BenchRun Measure(const Flags& flags, const dataset::DatasetInfo& info, const dataset::LoaderOptions& options) {
  dataset::Loader loader(info, options);
  cli::BenchRun run;
  run.options = options;
  run.cache = NameOf(loader.cache());
  run.output = NameOf(flags.output);
  run.samples = loader.samples();
  run.in_memory = loader.in_memory();
  run.benchmark = BenchmarkLoader(loader, {.seconds = flags.seconds}, *cli::MakeProgress());
  WarnOfOthers(run);
  return run;
}

int CompareThreads(const Flags& flags, const dataset::DatasetInfo& info, dataset::LoaderOptions options) {
  std::vector<cli::BenchRun> runs;
  for (int threads = 1; runs.empty() || runs.back().options.threads < Processors(); threads *= 2) {
    options.threads = std::min(threads, Processors());
    cli::Say(std::to_string(options.threads) + (options.threads == 1 ? " thread" : " threads"));
    runs.push_back(Measure(flags, info, options));
  }
  std::cout << (flags.json ? cli::FormatThreadsJson(runs) : cli::FormatThreads(runs));
  return cli::kDone;
}

int ReportShuffle(const Flags& flags, const dataset::DatasetInfo& info, const dataset::LoaderOptions& options) {
  const dataset::ShardSet shards(options.folder, info, options.split);
  const std::vector<uint32_t> labels = LabelsOf(shards, info, options.split, options.threads);
  const dataset::Loader loader(info, options);
  std::vector<dataset::SampleId> storage(labels.size());
  std::iota(storage.begin(), storage.end(), 0);
  cli::ShuffleRun run;
  run.options = options;
  run.samples = labels.size();
  run.classes = info.classes.size();
  run.in_memory = loader.in_memory();
  run.epoch = dataset::ReportShuffle(loader.OrderOf(0), labels, options.batch_size);
  run.storage = dataset::ReportShuffle(storage, labels, options.batch_size);
  std::cout << (flags.json ? cli::FormatShuffleJson(run) : cli::FormatShuffle(run));
  return cli::kDone;
}

int Run(const Flags& flags) {
  if (!(flags.seconds > 0)) throw dataset::Error::Usage("--seconds must be above 0");
  const dataset::DatasetInfo info = dataset::OpenDataset(flags.dataset, cli::MakeForeignOptions(flags));
  for (const std::string& note : info.notes) cli::Warn(note);
  const dataset::LoaderOptions options = MakeOptions(flags, info);
  if (flags.shuffle_report) return ReportShuffle(flags, info, options);
  if (flags.compare_threads) return CompareThreads(flags, info, options);
  const cli::BenchRun run = Measure(flags, info, options);
  std::cout << (flags.json ? cli::FormatBenchmarkJson(run) : cli::FormatBenchmark(run));
  return cli::kDone;
}

constexpr char kInput[] = "Input";
constexpr char kLoading[] = "Loading";
constexpr char kMeasuring[] = "Measuring";

void DefineLoading(CLI::App& app, Flags* flags) {
  app.add_option("--batch-size", flags->batch_size, "Images in a batch")->group(kLoading);
  app.add_option("--image-size", flags->image_size, "Side of the images in a batch, in pixels")->group(kLoading);
  app.add_option(
         "--eval-resize", flags->eval_resize,
         "Short side before the centre crop, in pixels, if --augment has no random-resized-crop; default: 1.1 x "
         "the image size")
      ->group(kLoading);
  app.add_option("--augment", flags->augment, cli::kAugmentHelp)->type_name("WHAT")->group(kLoading);
  app.add_option("--threads", flags->threads,
                 "Number of threads that load; 0, or more than there are cores: one per core")
      ->check(cli::AtLeast(0))
      ->group(kLoading);
  app.add_option(
         "--memory", flags->memory,
         "Bytes that records may take in memory, such as 512MiB; what does not fit is read from disk in each epoch")
      ->type_name("SIZE")
      ->group(kLoading);
  cli::AddChoice(
      &app, "--cache", &flags->cache,
      "What is held in memory: encoded, image files; decoded, pixels (more room, less work); auto: pixels if "
      "the dataset stores pixels")
      ->group(kLoading);
  cli::AddChoice(
      &app, "--output", &flags->output,
      "What a batch holds: u8-nhwc, bytes, as for a GPU; f32-nchw, floats less ImageNet's mean and divided by "
      "its std, as for a CPU")
      ->group(kLoading);
}

void DefineMeasuring(CLI::App& app, Flags* flags) {
  app.add_option("--seconds", flags->seconds, "Seconds to measure, after one second to warm up")->group(kMeasuring);
  app.add_flag("--compare-threads", flags->compare_threads, "Measure with 1, 2, 4, ... threads up to one per core")
      ->excludes("--threads")
      ->group(kMeasuring);
  app.add_flag("--shuffle-report", flags->shuffle_report, "Instead of speed, tell how well an epoch is shuffled")
      ->excludes("--compare-threads")
      ->group(kMeasuring);
  app.add_flag("--json", flags->json, "Print JSON")->group(kMeasuring);
  app.add_option("--seed", flags->seed, "Number that decides everything random")->group(cli::kGeneral);
}

}  // namespace

int main(int argc, char** argv) {
  const cli::Tool tool = {
      .name = "dsbench",
      .what = "Measures how many images a second can be loaded for training",
      .examples = {{"Measure for two seconds", "dsbench photos.ds --seconds 2"},
                   {"See what more threads bring", "dsbench photos.ds --compare-threads --seconds 1"},
                   {"Measure smaller images, only flipped",
                    "dsbench photos.ds --image-size 64 --augment flip --seconds 1"},
                   {"See how well an epoch is shuffled", "dsbench photos.ds --shuffle-report"}},
      .groups = {kInput, kLoading, kMeasuring}};
  return cli::RunTool(argc, argv, tool, [](CLI::App& app) -> cli::Body {
    auto flags = std::make_shared<Flags>();
    app.add_option("dataset", flags->dataset, cli::kDatasetPath)->required()->group(kInput);
    cli::AddChoice(&app, "--split", &flags->split, "Split to load")->group(kInput);
    DefineLoading(app, flags.get());
    DefineMeasuring(app, flags.get());
    cli::AddDatasetFlags(&app, flags.get());
    return [flags] { return Run(*flags); };
  });
}
