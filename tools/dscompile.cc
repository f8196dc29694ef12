// Builds a dataset of TFRecord shards from a manifest.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "dataset/compiler.h"
#include "tools/cli.h"
#include "tools/interrupt.h"
#include "tools/table.h"

namespace {

struct Flags {
  std::string manifest;
  std::string output;
  std::optional<std::string> root;
  std::string name;
  std::string store = "compressed";
  std::string scale = "unit";
  std::string dtype = "float32";
  std::string check = "header";
  uint32_t resize = 0;
  uint32_t channels = 3;
  uint32_t quality = 95;
  std::optional<uint32_t> shards;
  uint64_t seed = 0;
  int jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  bool overwrite = false;
  bool no_fsync = false;
};

dataset::CompileOptions MakeOptions(const Flags& flags, const CLI::App& app) {
  dataset::CompileOptions options;
  options.manifest = flags.manifest;
  options.output = flags.output;
  if (flags.root) options.root = *flags.root;
  options.name = flags.name;
  for (const auto store : {dataset::Store::kCompressed, dataset::Store::kRaw, dataset::Store::kNormalized}) {
    if (flags.store == dataset::StoreName(store)) options.store = store;
  }
  options.resize = flags.resize;
  options.channels = flags.channels;
  options.quality = flags.quality;
  options.scale = flags.scale;
  options.dtype = flags.dtype;
  options.shards = flags.shards;
  options.seed = flags.seed;
  options.check = flags.check == "full" ? dataset::Check::kFull : dataset::Check::kHeader;
  options.jobs = flags.jobs;
  options.existing = flags.overwrite ? dataset::Existing::kOverwrite : dataset::Existing::kRefuse;
  options.sync = flags.no_fsync ? dataset::Sync::kNo : dataset::Sync::kYes;
  options.stop = cli::Interrupted;
  options.config_toml = cli::ResolvedConfig(app, {"manifest", "root", "output", "jobs", "overwrite", "no-fsync"});
  options.tool_version = cli::Version();
  return options;
}

std::string FormatSummary(const dataset::DatasetInfo& info) {
  std::vector<std::vector<std::string>> rows = {{"split", "records", "rejected", "shards", "bytes"}};
  for (const dataset::DatasetSplit& split : info.splits) {
    uint64_t bytes = 0;
    for (const dataset::ShardInfo& shard : split.shards) bytes += shard.bytes;
    rows.push_back({std::string(dataset::SplitName(split.split)), std::to_string(split.records),
                    std::to_string(split.rejected), std::to_string(split.shards.size()), cli::HumanBytes(bytes)});
  }
  return cli::FormatTable(rows);
}

void SayRejects(const dataset::CompileReport& report, const std::string& output) {
  constexpr size_t kListed = 5;
  const size_t count = report.rejects.size();
  if (count == 0) return;
  cli::Say(std::to_string(count) + (count == 1 ? " file" : " files") + " rejected, see " + output + "/rejected.csv" +
           (count > kListed ? "; the first:" : ":"));
  for (size_t i = 0; i < std::min(count, kListed); ++i) {
    cli::Say("  " + report.rejects[i].path + ": " + report.rejects[i].reason);
  }
}

int Run(const Flags& flags, const CLI::App& app) {
  cli::CatchInterrupts();
  const auto start = std::chrono::steady_clock::now();
  const dataset::CompileReport report = dataset::CompileDataset(MakeOptions(flags, app), *cli::MakeProgress());
  if (report.interrupted) {
    cli::Say("interrupted; nothing was written");
    return cli::kInterrupted;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  SayRejects(report, flags.output);
  std::cout << FormatSummary(report.info);
  if (report.unchanged) {
    cli::Say(flags.output + ": unchanged");
    return cli::kDone;
  }
  uint64_t images = report.rejects.size();
  for (const dataset::DatasetSplit& split : report.info.splits) images += split.records;
  cli::Say(flags.output + ": written in " + cli::HumanDuration(seconds) + ", " +
           std::to_string(static_cast<uint64_t>(static_cast<double>(images) / std::max(seconds, 1e-6))) + " images/s");
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return cli::RunTool(
      argc, argv, "dscompile", "Builds a dataset of TFRecord shards from a manifest.", [](CLI::App& app) -> cli::Body {
        auto flags = std::make_shared<Flags>();
        app.add_option("manifest", flags->manifest, "manifest.csv, as dsplit writes it")->required();
        app.add_option("-o,--output", flags->output, "Folder for the dataset")->required();
        app.add_option("--store", flags->store, "What a record holds: image files, bytes or scaled values")
            ->check(cli::OneOf({"compressed", "raw", "normalized"}));
        app.add_option("--resize", flags->resize, "Shrink the short side to this many pixels; 0: keep the size");
        app.add_option("--channels", flags->channels, "3: RGB, 1: grey, 0: as in the source");
        app.add_option("--quality", flags->quality, "Of JPEGs that are encoded anew, 1 ... 100");
        app.add_option("--scale", flags->scale, "Of --store normalized: x/255, x/127.5 - 1, or (x/255 - mean) / std")
            ->check(cli::OneOf({"unit", "signed", "standard"}));
        app.add_option("--dtype", flags->dtype, "Of --store normalized")->check(cli::OneOf({"float32", "float16"}));
        app.add_option("--shards", flags->shards, "Files per split (at most one a record); default: by size");
        app.add_option("--root", flags->root, "Folder that the manifest's paths begin at; default: as dsplit noted it");
        app.add_option("--name", flags->name, "First part of the shards' names; default: the name of the root");
        app.add_option("--seed", flags->seed, "Number that decides the order of the records");
        app.add_option("--check", flags->check, "Of files stored unchanged: read the header, or decode all")
            ->check(cli::OneOf({"header", "full"}));
        app.add_option("-j,--jobs", flags->jobs, "Threads");
        app.add_flag("--overwrite", flags->overwrite, "Replace another dataset in the output folder");
        app.add_flag("--no-fsync", flags->no_fsync, "Do not wait for the disk");
        return [flags, &app] { return Run(*flags, app); };
      });
}
