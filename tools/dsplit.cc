// Splits a folder of photos into train, val and test.
#include <algorithm>
#include <iostream>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "dataset/split_folder.h"
#include "dataset/splitter.h"
#include "tools/cli.h"
#include "tools/table.h"

namespace {

struct Flags {
  std::string raw;
  std::string output;
  std::string ratio = "80,10,10";
  std::optional<double> val_fraction;
  uint64_t seed = 0;
  bool overwrite = false;
};

// Images per class and split; splits without images are left out.
std::string FormatCounts(const dataset::SplitReport& report) {
  std::vector<dataset::Split> splits;
  for (dataset::Split split : dataset::kSplits) {
    const auto& counts = report.counts[static_cast<size_t>(split)];
    if (std::any_of(counts.begin(), counts.end(), [](uint32_t count) { return count > 0; })) splits.push_back(split);
  }
  const std::vector<std::string>& classes = report.manifest.classes;
  std::vector<std::vector<std::string>> rows(classes.size() + 2);
  rows.front() = {"class"};
  rows.back() = {"total"};
  for (size_t label = 0; label < classes.size(); ++label) rows[label + 1] = {classes[label]};
  std::vector<uint32_t> all(classes.size());
  const auto add_column = [&](std::string_view name, const std::vector<uint32_t>& counts) {
    rows.front().emplace_back(name);
    for (size_t label = 0; label < counts.size(); ++label) rows[label + 1].push_back(std::to_string(counts[label]));
    rows.back().push_back(std::to_string(std::accumulate(counts.begin(), counts.end(), uint64_t{0})));
  };
  for (dataset::Split split : splits) {
    const auto& counts = report.counts[static_cast<size_t>(split)];
    add_column(dataset::SplitName(split), counts);
    std::transform(all.begin(), all.end(), counts.begin(), all.begin(), std::plus<>());
  }
  add_column("total", all);
  return cli::FormatTable(rows);
}

std::string Count(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void SaySkipped(const dataset::SplitReport& report) {
  if (report.skipped_hidden > 0) cli::Say(Count(report.skipped_hidden, "hidden name") + " skipped");
  const std::vector<std::string>& skipped = report.skipped_not_image;
  if (skipped.empty()) return;
  cli::Say(Count(skipped.size(), "file") + " skipped, no image format" +
           (cli::Verbose() ? ":" : ", the first " + skipped.front() + " (-v lists them)"));
  if (!cli::Verbose()) return;
  for (const std::string& path : skipped) cli::Say("  " + path);
}

int Run(const Flags& flags, const CLI::App& app) {
  dataset::SplitOptions options;
  options.root = flags.raw;
  if (app.get_option("--ratio")->count() > 0) options.ratio = cli::ParseNumbers(flags.ratio, "--ratio");
  options.val_fraction = flags.val_fraction;
  options.seed = flags.seed;
  const dataset::SplitReport report = dataset::MakeSplit(options, *cli::MakeProgress());
  SaySkipped(report);
  for (const std::string& warning : report.warnings) cli::Warn(warning);

  std::vector<std::string> not_of_the_result = {"output", "overwrite"};
  if (report.ready_made) not_of_the_result.push_back("ratio");
  dataset::SplitFolderOptions publish;
  publish.folder = flags.output;
  publish.overwrite = flags.overwrite;
  publish.config_toml = cli::ResolvedConfig(app, not_of_the_result);
  publish.tool_version = cli::Version();
  const bool written = dataset::PublishSplit(report, publish);
  std::cout << FormatCounts(report);
  cli::Say(flags.output + (written ? ": written" : ": unchanged"));
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return cli::RunTool(
      argc, argv, "dsplit", "Splits a folder of photos into train, val and test.", [](CLI::App& app) -> cli::Body {
        auto flags = std::make_shared<Flags>();
        app.add_option("raw", flags->raw, "Folder RAW/CLASS/IMAGES or ready-made RAW/{train,val,test}/CLASS/IMAGES")
            ->required();
        app.add_option("-o,--output", flags->output, "Folder for manifest.csv, classes.txt and split.json")->required();
        app.add_option("--ratio", flags->ratio, "Parts of train, val (and test) of each class");
        app.add_option("--val-fraction", flags->val_fraction, "Ready-made splits without val: part of train for it");
        app.add_option("--seed", flags->seed, "Number that decides which image goes where")
            ->check(CLI::NonNegativeNumber);
        app.add_flag("--overwrite", flags->overwrite, "Replace another split in the output folder");
        return [flags, &app] { return Run(*flags, app); };
      });
}
