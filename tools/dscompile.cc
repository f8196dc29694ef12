// Builds a dataset of TFRecord shards from a manifest.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "dataset/catalog/class_counts.h"
#include "dataset/compile/compiler.h"
#include "tools/cli/cli.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/table.h"
#include "tools/flags/compile_flags.h"

namespace {

using Outcome = dataset::CompileReport::Outcome;

std::string FormatSummary(const dataset::DatasetInfo& info) {
  std::vector<std::vector<std::string>> rows = {{"split", "records", "rejected", "shards", "bytes"}};
  for (const dataset::DatasetSplit& split : info.splits) {
    uint64_t bytes = 0;
    for (const dataset::ShardInfo& shard : split.shards) bytes += shard.bytes;
    rows.push_back({std::string(dataset::NameOf(split.split)), std::to_string(split.records),
                    std::to_string(split.rejected), std::to_string(split.shards.size()), cli::HumanBytes(bytes)});
  }
  return cli::FormatTable(rows);
}

void SayRejects(const dataset::CompileReport& report, const std::string& output) {
  constexpr size_t kListed = 5;
  const size_t count = report.rejects.size();
  if (count == 0) return;
  const std::string list = report.outcome == Outcome::kPublished ? ", see " + output + "/rejected.csv" : "";
  cli::Say(std::to_string(count) + (count == 1 ? " file" : " files") + " rejected" + list +
           (count > kListed ? "; the first:" : ":"));
  for (size_t i = 0; i < std::min(count, kListed); ++i) {
    cli::Say("  " + report.rejects[i].path + ": " + report.rejects[i].reason);
  }
}

void SayNotes(const dataset::CompileReport& report) {
  for (const std::string& warning : report.warnings) cli::Warn(warning);
  const auto [unchecked, clipped] = report.notes;
  if (clipped > 0) {
    cli::Warn(std::to_string(clipped) + (clipped == 1 ? " image has" : " images have") +
              " values outside of those that become 0 to 255; they are clipped, and `depth` says otherwise");
  }
  if (unchecked > 0) {
    cli::Say(std::to_string(unchecked) + (unchecked == 1 ? " image is" : " images are") +
             " stored as they are, of which only the headers were read; --check full decodes them, as dsinspect verify "
             "--decode does later");
  }
}

// Returns a text such as "0:02, 37356 images/s".
std::string Pace(const dataset::CompileReport& report, double seconds) {
  uint64_t images = report.rejects.size();
  for (const dataset::DatasetSplit& split : report.info.splits) images += split.records;
  const double rate = static_cast<double>(images) / std::max(seconds, 1e-6);
  return cli::HumanDuration(seconds) + ", " + std::to_string(static_cast<uint64_t>(rate)) + " images/s";
}

int Run(const cli::CompileFlags& flags, const CLI::App& app) {
  cli::CatchInterrupts();
  dataset::CompileOptions options = cli::MakeCompileOptions(flags, app);
  options.stop = cli::Interrupted;
  const auto start = std::chrono::steady_clock::now();
  const dataset::CompileReport report = dataset::CompileDataset(options, *cli::MakeProgress());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!report.locked) cli::Warn("the file system has no locks: see to it that no other process writes " + flags.output);
  SayRejects(report, flags.output);
  SayNotes(report);
  if (report.shards_reused > 0) {
    cli::Say(std::to_string(report.shards_reused) + " of " + std::to_string(report.shards) +
             " shards were finished already");
  }
  switch (report.outcome) {
    case Outcome::kPublished:
      for (const std::string& missing : dataset::MissingClasses(report.info.classes, dataset::CountsOf(report.info))) {
        cli::Warn(missing);
      }
      std::cout << FormatSummary(report.info);
      cli::Say(flags.output + ": written in " + Pace(report, seconds));
      break;
    case Outcome::kUnchanged:
      std::cout << FormatSummary(report.info);
      cli::Say(flags.output + ": unchanged");
      break;
    case Outcome::kShareDone:
      cli::Say("worker " + std::to_string(options.worker.index + 1) + "/" + std::to_string(options.worker.count) +
               ": " + std::to_string(report.shards) + " shards finished in " + cli::HumanDuration(seconds) +
               "; when all workers have, --finish publishes");
      break;
    case Outcome::kSummed:
      cli::Say(flags.output + ": written");
      break;
    case Outcome::kInterrupted:
      cli::Say("interrupted; --resume goes on with the finished shards");
      return cli::kInterrupted;
  }
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  const cli::Tool tool = {
      .name = "dscompile",
      .what = "Builds a dataset of TFRecord shards from the manifest of a split",
      .examples = {{"Store the photos as they are", "dscompile splits/manifest.csv -o photos.ds"},
                   {"Shrink them to a short side of 256 pixels, which saves space and time",
                    "dscompile splits/manifest.csv -o small.ds --resize 256"},
                   {"Store pixels of 64 x 64, so that training decodes no files",
                    "dscompile splits/manifest.csv -o raw.ds --store raw --resize 64x64"},
                   {"Take fold 0 of dsplit --kfold for val", "dscompile folds/manifest.csv -o fold0.ds --fold 0"},
                   {"Let TensorFlow Datasets read it too", "dscompile splits/manifest.csv -o tfds.ds --tfds"}},
      .groups = cli::CompileGroups()};
  return cli::RunTool(argc, argv, tool, [](CLI::App& app) -> cli::Body {
    auto flags = std::make_shared<cli::CompileFlags>();
    cli::AddCompileFlags(app, flags.get());
    return [flags, &app] { return Run(*flags, app); };
  });
}
