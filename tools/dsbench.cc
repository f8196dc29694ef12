// Measures what the loader alone delivers.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "dataset/error.h"
#include "dataset/scale.h"
#include "tools/bench_report.h"
#include "tools/cli.h"

namespace {

struct Flags {
  std::string dataset;
  std::string split = "train";
  int image_size = 224;
  std::optional<int> eval_resize;
  std::string augment = "random-resized-crop,flip,jitter";
  std::string crop_scale = "0.35,1";
  double jitter = 0.2;
  int batch_size = 64;
  int threads = 0;
  std::string memory = "2GiB";
  std::string cache = "encoded";
  std::string output = "u8-nhwc";
  uint64_t seed = 0;
  double seconds = 8;
  bool compare_threads = false;
  bool json = false;
};

int Processors() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

void ApplyAugment(const Flags& flags, dataset::AugmentationOptions* options) {
  std::istringstream names(flags.augment);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == "random-resized-crop") {
      options->random_resized_crop = true;
    } else if (name == "flip") {
      options->flip = true;
    } else if (name == "jitter") {
      options->jitter = flags.jitter;
    } else if (name != "none") {
      throw dataset::Error::Usage("--augment: no augmentation is named '" + name + "'" +
                                  cli::DidYouMean(name, {"random-resized-crop", "flip", "jitter", "none"}));
    }
  }
  const std::vector<double> scale = cli::ParseNumbers(flags.crop_scale, "--crop-scale");
  if (scale.size() != 2) throw dataset::Error::Usage("--crop-scale takes two numbers: 0.35,1");
  options->crop_scale_min = scale[0];
  options->crop_scale_max = scale[1];
}

dataset::LoaderOptions MakeOptions(const Flags& flags, const dataset::DatasetInfo& info) {
  dataset::LoaderOptions options;
  options.folder = flags.dataset;
  options.split = *dataset::ParseSplit(flags.split);
  options.augmentation.image_size = flags.image_size;
  options.augmentation.eval_resize = flags.eval_resize.value_or(static_cast<int>(std::lround(1.1 * flags.image_size)));
  options.augmentation.channels = info.channels == 1 ? 1 : 3;
  ApplyAugment(flags, &options.augmentation);
  options.batch_size = flags.batch_size;
  options.threads = flags.threads > 0 ? flags.threads : Processors();
  options.memory = cli::ParseSize(flags.memory);
  options.seed = flags.seed;
  if (flags.output == "f32-nchw") {
    options.format = dataset::PixelFormat::kFloat32Nchw;
    const uint32_t channels = static_cast<uint32_t>(options.augmentation.channels);
    for (const double mean : dataset::ImageNetMean(channels)) options.mean.push_back(static_cast<float>(255 * mean));
    for (const double std : dataset::ImageNetStd(channels)) options.std.push_back(static_cast<float>(255 * std));
  }
  return options;
}

int Run(const Flags& flags) {
  if (!(flags.seconds > 0)) throw dataset::Error::Usage("--seconds must be above 0");
  const dataset::DatasetInfo info = dataset::LoadDatasetInfo(flags.dataset);
  const dataset::LoaderOptions options = MakeOptions(flags, info);
  std::vector<int> threads = {options.threads};
  if (flags.compare_threads) {
    threads.clear();
    for (int n = 1; n < Processors(); n *= 2) threads.push_back(n);
    threads.push_back(Processors());
  }
  std::vector<cli::BenchRun> runs;
  for (const int n : threads) {
    cli::BenchRun run{.options = options, .cache = flags.cache, .output = flags.output};
    run.options.threads = n;
    dataset::Loader loader(info, run.options);
    run.samples = loader.samples();
    run.benchmark = dataset::BenchmarkLoader(loader, {.seconds = flags.seconds}, *cli::MakeProgress());
    runs.push_back(std::move(run));
  }
  if (flags.compare_threads) {
    std::cout << (flags.json ? cli::FormatThreadsJson(runs) : cli::FormatThreads(runs));
  } else {
    std::cout << (flags.json ? cli::FormatBenchmarkJson(runs.front()) : cli::FormatBenchmark(runs.front()));
  }
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return cli::RunTool(
      argc, argv, "dsbench", "Measures what the loader alone delivers.", [](CLI::App& app) -> cli::Body {
        auto flags = std::make_shared<Flags>();
        app.add_option("dataset", flags->dataset, "Dataset folder")->required();
        app.add_option("--split", flags->split, "")->check(cli::OneOf({"train", "val", "test"}));
        app.add_option("--image-size", flags->image_size, "Side of the pictures in a batch");
        app.add_option("--eval-resize", flags->eval_resize,
                       "Short side before the centre crop, without random-resized-crop; default: 1.1 x the image size");
        app.add_option("--augment", flags->augment, "Any of random-resized-crop,flip,jitter; or none");
        app.add_option("--crop-scale", flags->crop_scale, "Area of the random crop, least and most");
        app.add_option("--jitter", flags->jitter, "Strength of brightness, contrast and saturation jitter");
        app.add_option("--batch-size", flags->batch_size, "Images a batch");
        app.add_option("--threads", flags->threads, "0: one a core")->check(CLI::NonNegativeNumber);
        app.add_option("--memory", flags->memory, "For records held in memory; what does not fit is streamed");
        app.add_option("--cache", flags->cache, "What is held")->check(cli::OneOf({"encoded"}));
        app.add_option("--output", flags->output, "Bytes, or floats normalised by ImageNet's mean and std")
            ->check(cli::OneOf({"u8-nhwc", "f32-nchw"}));
        app.add_option("--seed", flags->seed, "Number that decides everything random");
        app.add_option("--seconds", flags->seconds, "To measure, after a second to warm up");
        app.add_flag("--compare-threads", flags->compare_threads, "Measure with 1, 2, 4, ... threads")
            ->excludes("--threads");
        app.add_flag("--json", flags->json, "Print JSON");
        return [flags] { return Run(*flags); };
      });
}
