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
#include "tools/flags/dataset_flags.h"
#include "tools/print/bench_report.h"

namespace {

struct Flags : cli::DatasetFlags {
  std::string dataset;
  std::string split = "train";
  int image_size = 224;
  std::optional<int> eval_resize;
  std::string augment = "standard";
  int batch_size = 64;
  int threads = 0;
  std::string memory = "2GiB";
  std::string cache = "auto";
  std::string output = "u8-nhwc";
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
  options.split = *dataset::ParseSplit(flags.split);
  options.augmentation = augment.options;
  options.mix = augment.mix;
  options.augmentation.image_size = flags.image_size;
  options.augmentation.eval_resize = flags.eval_resize.value_or(static_cast<int>(std::lround(1.1 * flags.image_size)));
  options.augmentation.channels = info.channels == 1 ? 1 : 3;
  options.batch_size = flags.batch_size;
  options.threads = flags.threads > 0 ? std::min(flags.threads, Processors()) : Processors();
  options.memory = cli::ParseSize(flags.memory);
  for (const dataset::Cache cache : {dataset::Cache::kAuto, dataset::Cache::kEncoded, dataset::Cache::kDecoded}) {
    if (CacheName(cache) == flags.cache) options.cache = cache;
  }
  options.seed = flags.seed;
  if (flags.output == "f32-nchw") {
    options.format = dataset::PixelFormat::kFloat32Nchw;
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
  run.cache = CacheName(loader.cache());
  run.output = flags.output;
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
  const dataset::LoaderOptions options = MakeOptions(flags, info);
  if (flags.shuffle_report) return ReportShuffle(flags, info, options);
  if (flags.compare_threads) return CompareThreads(flags, info, options);
  const cli::BenchRun run = Measure(flags, info, options);
  std::cout << (flags.json ? cli::FormatBenchmarkJson(run) : cli::FormatBenchmark(run));
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return cli::RunTool(
      argc, argv, "dsbench", "Measures what the loader alone delivers.", [](CLI::App& app) -> cli::Body {
        auto flags = std::make_shared<Flags>();
        app.add_option("dataset", flags->dataset, cli::kDatasetPath)->required();
        app.add_option("--split", flags->split, "")->check(cli::OneOf({"train", "val", "test"}));
        app.add_option("--image-size", flags->image_size, "Side of the pictures in a batch");
        app.add_option("--eval-resize", flags->eval_resize,
                       "Short side before the centre crop, without random-resized-crop; default: 1.1 x the image size");
        app.add_option("--augment", flags->augment, cli::kAugmentHelp);
        app.add_option("--batch-size", flags->batch_size, "Images a batch");
        app.add_option("--threads", flags->threads, "0, or more than there are: one a core")
            ->check(CLI::NonNegativeNumber);
        app.add_option("--memory", flags->memory, "For records held in memory; what does not fit is streamed");
        app.add_option("--cache", flags->cache, "What is held in memory; auto: pixels of raw stores, else encoded")
            ->check(cli::OneOf({"auto", "encoded", "decoded"}));
        app.add_option("--output", flags->output, "Bytes, or floats normalised by ImageNet's mean and std")
            ->check(cli::OneOf({"u8-nhwc", "f32-nchw"}));
        app.add_option("--seed", flags->seed, "Number that decides everything random");
        app.add_option("--seconds", flags->seconds, "To measure, after a second to warm up");
        app.add_flag("--compare-threads", flags->compare_threads, "Measure with 1, 2, 4, ... threads")
            ->excludes("--threads");
        app.add_flag("--shuffle-report", flags->shuffle_report, "Tell how well an epoch is mixed; measure no speed")
            ->excludes("--compare-threads");
        app.add_flag("--json", flags->json, "Print JSON");
        cli::AddDatasetFlags(&app, flags.get());
        return [flags] { return Run(*flags); };
      });
}
