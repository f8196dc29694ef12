#include "tools/flags/compile_flags.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <thread>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "dataset/sample/store.h"
#include "tools/cli/cli.h"
#include "tools/flags/dataset_flags.h"
#include "tools/flags/worker.h"

namespace cli {
namespace {

using dataset::Error;

template <typename Value, size_t size>
using Choices = std::array<std::pair<const char*, Value>, size>;

constexpr Choices<dataset::Store, 3> kStores = {{{"compressed", dataset::Store::kCompressed},
                                                 {"raw", dataset::Store::kRaw},
                                                 {"normalized", dataset::Store::kNormalized}}};
constexpr Choices<dataset::Fit, 4> kFits = {{{"short", dataset::Fit::kShort},
                                             {"cover", dataset::Fit::kCover},
                                             {"contain", dataset::Fit::kContain},
                                             {"stretch", dataset::Fit::kStretch}}};
constexpr Choices<dataset::Interpolation, 6> kInterpolations = {{{"auto", dataset::Interpolation::kAuto},
                                                                 {"area", dataset::Interpolation::kArea},
                                                                 {"linear", dataset::Interpolation::kLinear},
                                                                 {"cubic", dataset::Interpolation::kCubic},
                                                                 {"lanczos", dataset::Interpolation::kLanczos},
                                                                 {"nearest", dataset::Interpolation::kNearest}}};
constexpr Choices<dataset::Encode, 3> kEncodes = {
    {{"keep", dataset::Encode::kKeep}, {"jpeg", dataset::Encode::kJpeg}, {"png", dataset::Encode::kPng}}};
constexpr Choices<dataset::Transcode, 2> kTranscodes = {
    {{"keep", dataset::Transcode::kKeep}, {"baseline", dataset::Transcode::kBaseline}}};
constexpr Choices<dataset::RecordCompression, 3> kCompressions = {{{"none", dataset::RecordCompression::kNone},
                                                                   {"gzip", dataset::RecordCompression::kGzip},
                                                                   {"zlib", dataset::RecordCompression::kZlib}}};
constexpr Choices<dataset::SourceCheck, 2> kChecks = {
    {{"header", dataset::SourceCheck::kHeader}, {"full", dataset::SourceCheck::kFull}}};

template <typename List>
CLI::Validator AnyOf(const List& choices) {
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) names.emplace_back(name);
  return OneOf(names);
}

// `name` is one of them: OneOf has checked it.
template <typename List>
auto ValueOf(const List& choices, const std::string& name) {
  return std::find_if(choices.begin(), choices.end(), [&](const auto& choice) { return name == choice.first; })->second;
}

std::optional<uint32_t> ParseSide(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

dataset::BoxFit MakeBoxFit(const CompileFlags& flags) {
  dataset::BoxFit box_fit;
  const size_t cross = flags.resize.find('x');
  const auto width = ParseSide(std::string_view(flags.resize).substr(0, cross));
  const auto height = cross == std::string::npos ? width : ParseSide(std::string_view(flags.resize).substr(cross + 1));
  if (!width || !height) throw Error::Usage("--resize: '" + flags.resize + "' is neither N nor WxH, such as 160x120");
  box_fit.width = *width;
  box_fit.height = *height;
  box_fit.fit = cross == std::string::npos ? dataset::Fit::kShort : dataset::Fit::kCover;
  if (flags.fit) box_fit.fit = ValueOf(kFits, *flags.fit);
  if (cross != std::string::npos && box_fit.fit == dataset::Fit::kShort) {
    throw Error::Usage("--fit short takes --resize N, the short side; cover, contain and stretch take WxH");
  }
  box_fit.interpolation = ValueOf(kInterpolations, flags.interpolation);
  const std::vector<double> pad = ParseNumbers(flags.pad_colour, "--pad-colour");
  const auto is_byte = [](double value) { return value >= 0 && value <= 255 && value == std::floor(value); };
  if (pad.size() != 3 || !std::all_of(pad.begin(), pad.end(), is_byte)) {
    throw Error::Usage("--pad-colour takes red, green and blue from 0 to 255: 124,116,104");
  }
  for (size_t c = 0; c < 3; ++c) box_fit.pad[c] = static_cast<uint8_t>(pad[c]);
  return box_fit;
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

}  // namespace

void AddCompileFlags(CLI::App& app, CompileFlags* flags) {
  flags->jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  app.add_option("manifest", flags->manifest, "manifest.csv, as dsplit writes it")->required();
  app.add_option("-o,--output", flags->output, "Folder for the dataset")->required();
  app.add_option("--root", flags->root, "Folder that the manifest's paths begin at; default: as dsplit noted it");
  app.add_option("--fold", flags->fold, "Of a manifest with folds: the one that becomes val");
  app.add_option("--store", flags->store, "What a record holds: image files, bytes or scaled values")
      ->check(AnyOf(kStores));
  app.add_option("--resize", flags->resize, "N: shrink the short side to N pixels; WxH: a box; 0: keep the size");
  app.add_option(
         "--fit", flags->fit,
         "How a picture fits the box: short (default of N), cover (default of WxH: the rest is cut off), contain "
         "(the rest is padded), stretch")
      ->check(AnyOf(kFits));
  app.add_option("--pad-colour", flags->pad_colour, "Of --fit contain: red,green,blue");
  app.add_option("--interpolation", flags->interpolation, "auto: areas to shrink, cubic to enlarge")
      ->check(AnyOf(kInterpolations));
  app.add_option("--channels", flags->channels, "3: RGB, 1: grey, 0: as in the source");
  app.add_option("--encode", flags->encode, "Of --store compressed: the format of the source, or one for all")
      ->check(AnyOf(kEncodes));
  app.add_option("--transcode", flags->transcode, "baseline: progressive JPEGs become baseline, without loss")
      ->check(AnyOf(kTranscodes));
  app.add_option("--quality", flags->quality, "Of JPEGs that are encoded anew, 1 ... 100");
  app.add_option("--scale", flags->scale,
                 "Of --store normalized: unit x/255, signed x/127.5 - 1, standard (x/255 - mean) / std; default: unit, "
                 "with --mean or --std standard")
      ->check(OneOf({"unit", "signed", "standard"}));
  app.add_option("--mean", flags->mean, "auto (computed over train), imagenet, or numbers such as 0.5,0.5,0.5");
  app.add_option("--std", flags->stddev, "As --mean");
  app.add_option("--dtype", flags->dtype, "Of --store normalized")->check(OneOf({"float32", "float16"}));
  app.add_option("--shards", flags->shards, "Files per split (at most one a record); default: by size");
  app.add_option("--shard-size", flags->shard_size, "Instead: about so many bytes a file, such as 128MiB");
  app.add_option("--compression", flags->compression, "Of whole shards; dtrain streams only none")
      ->check(AnyOf(kCompressions));
  app.add_option("--keys", flags->keys, "Other names of features: image=jpg,label=cls")->delimiter(',');
  app.add_flag("--tfds", flags->tfds, "Also what tfds.builder_from_directory needs");
  app.add_option("--name", flags->name, "First part of the shards' names; default: the name of the root");
  app.add_option("--seed", flags->seed, "Number that decides the order of the records");
  app.add_option("--check", flags->check, "Of files stored unchanged: read the header, or decode all")
      ->check(AnyOf(kChecks));
  app.add_option("--on-bad", flags->on_bad, "Unreadable pictures: skip and list them in rejected.csv, or fail")
      ->check(OneOf({"skip", "fail"}));
  app.add_option("--max-bad", flags->max_bad, "Fail if more are skipped than so many, or such a part: 5%");
  app.add_option("-j,--jobs", flags->jobs, "Threads");
  CLI::Option* const overwrite =
      app.add_flag("--overwrite", flags->overwrite, "Replace another dataset in the output folder");
  app.add_flag("--resume", flags->resume, "Go on with what an interrupted run has finished")->excludes(overwrite);
  CLI::Option* const worker = app.add_option(
      "--worker", flags->worker, "I/N: compile the I-th of N shares; auto: as Slurm, MPI or Kubernetes say");
  CLI::Option* const finish =
      app.add_flag("--finish", flags->finish, "Check and publish what the workers have finished");
  finish->excludes(worker);
  app.add_flag("--stats-only", flags->stats_only, "Only compute mean and std of train, into the file --output")
      ->excludes(finish);
  app.add_option("--stats", flags->stats, "Files of --stats-only, for --mean auto and --std auto")->delimiter(',');
  app.add_flag("--no-fsync", flags->no_fsync, "Do not wait for the disk");
}

dataset::CompileOptions MakeCompileOptions(const CompileFlags& flags, const CLI::App& app) {
  dataset::CompileOptions options;
  options.manifest = flags.manifest;
  options.output = flags.output;
  if (flags.root) options.root = *flags.root;
  options.name = flags.name;
  options.fold = flags.fold;
  options.store = ValueOf(kStores, flags.store);
  options.box_fit = MakeBoxFit(flags);
  options.channels = flags.channels;
  options.encode = ValueOf(kEncodes, flags.encode);
  options.transcode = ValueOf(kTranscodes, flags.transcode);
  options.quality = flags.quality;
  options.scale = flags.scale.value_or(flags.mean || flags.stddev ? "standard" : "unit");
  options.dtype = flags.dtype;
  options.mean = MakeMoments(flags.mean, "--mean");
  options.stddev = MakeMoments(flags.stddev, "--std");
  options.shards = flags.shards;
  if (flags.shard_size) options.shard_size = ParseSize(*flags.shard_size);
  options.compression = ValueOf(kCompressions, flags.compression);
  options.keys = ParseKeys(flags.keys);
  options.profile = flags.tfds ? dataset::Profile::kTfds : dataset::Profile::kPlain;
  options.seed = flags.seed;
  options.check = ValueOf(kChecks, flags.check);
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
