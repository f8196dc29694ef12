#include "tools/flags/compile_flags.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <thread>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "tools/cli/cli.h"
#include "tools/flags/choice_option.h"
#include "tools/flags/dataset_flags.h"
#include "tools/flags/worker.h"

namespace cli {
namespace {

using dataset::Error;

std::optional<uint32_t> ParseWhole(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

dataset::BoxFit MakeBoxFit(const CompileFlags& flags) {
  dataset::BoxFit box_fit;
  const size_t cross = flags.resize.find('x');
  const auto width = ParseWhole(std::string_view(flags.resize).substr(0, cross));
  const auto height = cross == std::string::npos ? width : ParseWhole(std::string_view(flags.resize).substr(cross + 1));
  if (!width || !height) throw Error::Usage("--resize: '" + flags.resize + "' is neither N nor WxH, such as 160x120");
  box_fit.width = *width;
  box_fit.height = *height;
  box_fit.fit = cross == std::string::npos ? dataset::Fit::kShort : dataset::Fit::kCover;
  if (flags.fit) box_fit.fit = *flags.fit;
  if (cross != std::string::npos && box_fit.fit == dataset::Fit::kShort) {
    throw Error::Usage("--fit short takes --resize N, the short side; cover, contain and stretch take WxH");
  }
  box_fit.interpolation = flags.interpolation;
  const std::vector<double> pad = ParseNumbers(flags.pad_colour, "--pad-colour");
  const auto is_byte = [](double value) { return value >= 0 && value <= 255 && value == std::floor(value); };
  if (pad.size() != 3 || !std::all_of(pad.begin(), pad.end(), is_byte)) {
    throw Error::Usage("--pad-colour takes red, green and blue from 0 to 255: 124,116,104");
  }
  for (size_t c = 0; c < 3; ++c) box_fit.pad[c] = static_cast<uint8_t>(pad[c]);
  return box_fit;
}

dataset::DepthChoice MakeDepth(const std::string& text) {
  using Kind = dataset::DepthChoice::Kind;
  if (text == "auto") return {};
  if (text == "high-byte") return {.kind = Kind::kHighByte};
  if (text == "min-max") return {.kind = Kind::kMinMax};
  if (const std::optional<uint32_t> bits = ParseWhole(text)) return {.kind = Kind::kBits, .bits = *bits};
  const std::vector<double> values =
      text.find(',') == std::string::npos ? std::vector<double>() : ParseNumbers(text, "--depth");
  if (values.size() != 2) {
    throw Error::Usage(
        "--depth takes auto, high-byte, min-max, a number of bits such as 12, or two values such as "
        "0,4095, not '" +
        text + "'");
  }
  return {.kind = Kind::kRange, .low = values[0], .high = values[1]};
}

dataset::Moments MakeMoments(const std::optional<std::string>& text, const std::string& flag) {
  if (!text || *text == "imagenet") return {};
  if (*text == "auto") return {dataset::Moments::Source::kAuto, {}};
  return {dataset::Moments::Source::kValues, ParseNumbers(*text, flag)};
}

// Refuses options that the workers were given, since they could differ now.
void RefuseDecidingFlags(const CLI::App& app) {
  const std::vector<std::string> fit = {"manifest", "output", "finish",  "overwrite", "jobs",
                                        "no-fsync", "quiet",  "verbose", "help",      "version"};
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_single_name();
    if (option->count() > 0 && std::find(fit.begin(), fit.end(), name) == fit.end()) {
      throw Error::Usage("--finish takes its options from what the workers left; leave out --" + name);
    }
  }
}

void SetWork(const CompileFlags& flags, const CLI::App& app, dataset::CompileOptions* options) {
  if (flags.worker) options->worker = ParseWorker(*flags.worker, [](const char* name) { return std::getenv(name); });
  if (flags.finish) {
    RefuseDecidingFlags(app);
    options->work = dataset::CompileWork::kFinish;
  } else if (flags.stats_only) {
    options->work = dataset::CompileWork::kStatistics;
  } else if (flags.worker) {
    options->work = dataset::CompileWork::kShare;
  }
  options->statistics.assign(flags.stats.begin(), flags.stats.end());
  options->existing = flags.resume      ? dataset::ExistingOutput::kResume
                      : flags.overwrite ? dataset::ExistingOutput::kOverwrite
                                        : dataset::ExistingOutput::kRefuse;
}

constexpr char kInput[] = "Input";
constexpr char kImages[] = "Images";
constexpr char kRecords[] = "Records";
constexpr char kShards[] = "Shards";
constexpr char kOutput[] = "Output";
constexpr char kMachines[] = "Several machines";

void AddInputAndOutput(CLI::App& app, CompileFlags* flags) {
  app.add_option("manifest", flags->manifest, "manifest.csv, as dsplit writes it")->required()->group(kInput);
  app.add_option("-o,--output", flags->output, "Folder to write, the dataset")
      ->type_name("FOLDER")
      ->required()
      ->group(kOutput);
  CLI::Option* const overwrite =
      app.add_flag("--overwrite", flags->overwrite, "Replace the dataset in the output folder")->group(kOutput);
  app.add_flag("--resume", flags->resume, "Go on with the shards that an interrupted run has finished")
      ->excludes(overwrite)
      ->group(kOutput);
  app.add_option("--root", flags->root,
                 "Folder that the paths in the manifest start from; default: the one that dsplit read")
      ->type_name("FOLDER")
      ->group(kInput);
  app.add_option("--fold", flags->fold,
                 "For a manifest that dsplit --kfold wrote: the fold, from 0, that becomes val; the others become "
                 "train; default: all become train")
      ->group(kInput);
}

void AddPictureFlags(CLI::App& app, CompileFlags* flags) {
  AddChoice(&app, "--store", &flags->store,
            "What a record holds: compressed, an image file (small); raw, the pixels as bytes (fast to read); "
            "normalized, the pixels as numbers that are scaled already")
      ->group(kRecords);
  app.add_option("--resize", flags->resize,
                 "N: shrink the short side to N pixels, never enlarge; WxH: make it W x H pixels, and enlarge if it is "
                 "smaller; at most 16384; 0: keep the size")
      ->type_name("SIZE")
      ->group(kImages);
  AddChoice(
      &app, "--fit", &flags->fit,
      "How an image is made to fit --resize: short, by its short side alone, only with N; cover, filling the box of "
      "WxH (of NxN with N), and what juts out is cut off; contain, with all of it in the box, and the rest is "
      "padded; stretch, changing its proportions; default: short for N, cover for WxH")
      ->group(kImages);
  app.add_option("--pad-colour", flags->pad_colour, "For --fit contain: red, green and blue of the padding, 0 to 255")
      ->type_name("R,G,B")
      ->group(kImages);
  AddChoice(&app, "--interpolation", &flags->interpolation,
            "How pixels are computed: auto averages areas to shrink and is cubic to enlarge",
            dataset::Names<dataset::Interpolation>({dataset::Interpolation::kQuick}))
      ->group(kImages);
  app.add_option("--channels", flags->channels, "3: colour (RGB), 1: grey, 0: as in the photo")->group(kImages);
  app.add_option("--depth", flags->depth,
                 "How more than 8 bits a channel become 8: auto, as fits the values that are found in a sample of "
                 "the photos; high-byte, as in most programs; N, the high 8 of N bits, 8 to 16; min-max, the least and "
                 "the greatest of that sample become 0 and 255; LOW,HIGH, these become 0 and 255")
      ->type_name("DEPTH")
      ->group(kImages);
  AddChoice(&app, "--encode", &flags->encode,
            "For --store compressed: format of the image files; keep: the photo's own where it can be kept")
      ->group(kRecords);
  AddChoice(&app, "--transcode", &flags->transcode,
            "For --store compressed: baseline rewrites progressive JPEGs, which decode slowly, without loss")
      ->group(kRecords);
  app.add_option("--quality", flags->quality, "Quality of JPEGs that must be encoded anew, 1 to 100")->group(kRecords);
}

void AddValueFlags(CLI::App& app, CompileFlags* flags) {
  AddChoice(&app, "--scale", &flags->scale,
            "For --store normalized: unit, 0 to 1 (x / 255); signed, -1 to 1 (x / 127.5 - 1); standard, (x / 255 - "
            "mean) / std; default: unit, or standard if --mean or --std is given",
            dataset::Names<dataset::ScaleMode>({dataset::ScaleMode::kByte}))
      ->group(kRecords);
  app.add_option("--mean", flags->mean,
                 "For --scale standard: auto (computed over train), imagenet, or one number a channel such as "
                 "0.5,0.5,0.5 (0 to 1: black to white); default: imagenet")
      ->type_name("MEAN")
      ->group(kRecords);
  app.add_option("--std", flags->stddev, "For --scale standard: the same for the standard deviation; default: imagenet")
      ->type_name("STD")
      ->group(kRecords);
  AddChoice(&app, "--dtype", &flags->dtype, "For --store normalized: type of the numbers; float16 takes half the space")
      ->group(kRecords);
}

void AddShardFlags(CLI::App& app, CompileFlags* flags) {
  app.add_option("--shards", flags->shards,
                 "Number of files for each split, 1 to 99999, at most one a record; default: by size, so that a file "
                 "has 64 MiB to 1 GiB")
      ->group(kShards);
  app.add_option("--shard-size", flags->shard_size, "Instead of --shards: bytes of a file, about, such as 128MiB")
      ->type_name("SIZE")
      ->group(kShards);
  AddChoice(&app, "--compression", &flags->compression,
            "Compress whole shards, for other programs; dtrain, deval and dsbench read only none")
      ->group(kShards);
  app.add_option(
         "--keys", flags->keys,
         "Other names for the features of a record, such as image=jpg,label=cls; ROLE: image, label, text, filename, "
         "source_id, format, dtype, layout, height, width, channels, shape")
      ->type_name("ROLE=NAME,...")
      ->delimiter(',')
      ->group(kRecords);
  app.add_flag("--tfds", flags->tfds, "Also write what TensorFlow Datasets' builder_from_directory needs")
      ->group(kOutput);
  app.add_option(
         "--name", flags->name,
         "First part of the shards' names: a letter, then letters, digits and _; default: as the photos' folder")
      ->type_name("NAME")
      ->group(kShards);
  app.add_option("--seed", flags->seed, "Number that decides the order of the records; any other shuffles anew")
      ->group(kGeneral);
}

void AddCheckFlags(CLI::App& app, CompileFlags* flags) {
  AddChoice(&app, "--check", &flags->check,
            "How well a photo is checked that is stored as it is: header reads its first bytes, full decodes all "
            "pixels")
      ->group(kInput);
  AddChoice(&app, "--on-bad", &flags->on_bad, "Unreadable photos: skip lists them in rejected.csv, fail ends the run")
      ->group(kInput);
  app.add_option(
         "--max-bad", flags->max_bad,
         "With --on-bad skip: end the run if more photos are unreadable, a number or a part such as 5%; default: "
         "any number may be")
      ->type_name("N|P%")
      ->group(kInput);
}

void AddWorkerFlags(CLI::App& app, CompileFlags* flags) {
  CLI::Option* const worker =
      app.add_option("--worker", flags->worker,
                     "Compile only share I of N, 1/N to N/N; auto: as Slurm, MPI or Kubernetes tell this process")
          ->type_name("I/N")
          ->group(kMachines);
  CLI::Option* const finish =
      app.add_flag("--finish", flags->finish, "Check and publish what the workers have compiled")->group(kMachines);
  finish->excludes(worker);
  app.add_flag("--stats-only", flags->stats_only,
               "Only compute mean and std of train, for --mean auto or --std auto, and write them to the file --output")
      ->excludes(finish)
      ->group(kMachines);
  app.add_option("--stats", flags->stats, "Files that --stats-only wrote, for --mean auto and --std auto")
      ->type_name("FILE,...")
      ->delimiter(',')
      ->group(kMachines);
  app.add_flag("--no-fsync", flags->no_fsync,
               "Do not wait until the disk has it all; faster, but not safe if power fails")
      ->group(kOutput);
}

}  // namespace

std::vector<std::string> CompileGroups() { return {kInput, kImages, kRecords, kShards, kOutput, kMachines}; }

void AddCompileFlags(CLI::App& app, CompileFlags* flags) {
  AddInputAndOutput(app, flags);
  AddPictureFlags(app, flags);
  AddValueFlags(app, flags);
  AddShardFlags(app, flags);
  AddCheckFlags(app, flags);
  AddWorkerFlags(app, flags);
  flags->jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  app.add_option("-j,--jobs", flags->jobs, "Number of threads, 1 to 1024 (as many as the machine has cores)")
      ->group(kGeneral);
}

dataset::CompileOptions MakeCompileOptions(const CompileFlags& flags, const CLI::App& app) {
  dataset::CompileOptions options;
  options.manifest = flags.manifest;
  options.output = flags.output;
  if (flags.root) options.root = *flags.root;
  options.name = flags.name;
  options.fold = flags.fold;
  options.store = flags.store;
  options.box_fit = MakeBoxFit(flags);
  options.channels = flags.channels;
  options.depth = MakeDepth(flags.depth);
  options.encode = flags.encode;
  options.transcode = flags.transcode;
  options.quality = flags.quality;
  options.scale =
      flags.scale.value_or(flags.mean || flags.stddev ? dataset::ScaleMode::kStandard : dataset::ScaleMode::kUnit);
  options.dtype = flags.dtype;
  options.mean = MakeMoments(flags.mean, "--mean");
  options.stddev = MakeMoments(flags.stddev, "--std");
  options.shards = flags.shards;
  if (flags.shard_size) options.shard_size = ParseSize(*flags.shard_size);
  options.compression = flags.compression;
  options.keys = ParseKeys(flags.keys);
  options.profile = flags.tfds ? dataset::Profile::kTfds : dataset::Profile::kPlain;
  options.seed = flags.seed;
  options.check = flags.check;
  options.max_bad = ParseBudget(flags.on_bad, flags.max_bad);
  options.jobs = flags.jobs;
  SetWork(flags, app, &options);
  options.sync = flags.no_fsync ? dataset::Sync::kNo : dataset::Sync::kYes;
  options.config_toml = ResolvedConfig(app, {"manifest", "root", "output", "jobs", "overwrite", "resume", "worker",
                                             "finish", "stats-only", "stats", "no-fsync"});
  options.tool_version = Version();
  return options;
}

}  // namespace cli
