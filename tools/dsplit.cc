// Splits a folder or a list of photos into train, val and test.
#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/split/split_folder.h"
#include "dataset/split/splitter.h"
#include "tools/cli/cli.h"
#include "tools/print/split_table.h"

namespace {

using dataset::Assign;
using dataset::Balance;
using dataset::DuplicateRule;
using dataset::ImageCheck;
using dataset::Materialize;

struct Flags {
  std::string raw;
  std::string output;
  std::optional<std::string> root;
  std::optional<std::string> columns;
  std::string json_key;
  std::string label_regex;
  std::string ratio = "80,10,10";
  std::string fixed;
  std::optional<double> val_fraction;
  uint32_t kfold = 0;
  std::optional<double> sample;
  std::optional<uint32_t> min_per_class;
  std::string balance = "none";
  std::string assign = "quota";
  std::string group_by;
  std::string duplicates = "group";
  std::optional<uint32_t> near_duplicates;
  std::string check = "header";
  std::string materialize = "none";
  uint64_t seed = 0;
  int jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  bool samples_json = false;
  bool overwrite = false;
};

const std::initializer_list<Assign> kAssigns = {Assign::kQuota, Assign::kHash};
const std::initializer_list<Balance> kBalances = {Balance::kNone, Balance::kUndersample, Balance::kOversample};
const std::initializer_list<DuplicateRule> kDuplicateRules = {DuplicateRule::kGroup, DuplicateRule::kIgnore,
                                                              DuplicateRule::kDrop};
const std::initializer_list<ImageCheck> kChecks = {ImageCheck::kNone, ImageCheck::kHeader, ImageCheck::kFull};
const std::initializer_list<Materialize> kMaterializes = {
    Materialize::kNone, Materialize::kHardlink, Materialize::kSymlink, Materialize::kReflink, Materialize::kCopy};

template <typename Enum>
CLI::Validator OneOf(std::initializer_list<Enum> values) {
  std::vector<std::string> names;
  for (Enum value : values) names.emplace_back(NameOf(value));
  return cli::OneOf(names);
}

template <typename Enum>
Enum ByName(std::initializer_list<Enum> values, const std::string& name) {
  return *std::find_if(values.begin(), values.end(), [&](Enum value) { return NameOf(value) == name; });
}

std::vector<uint32_t> ParseCounts(const std::string& text, const std::string& flag) {
  std::vector<uint32_t> counts;
  for (double number : cli::ParseNumbers(text, flag)) {
    if (!(number >= 0 && number <= 1e9) || number != std::floor(number)) {
      throw dataset::Error::Usage(flag + ": '" + text + "' is not a comma list of whole numbers such as 100,100");
    }
    counts.push_back(static_cast<uint32_t>(number));
  }
  return counts;
}

std::vector<std::string> ParseNames(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream stream(text);
  for (std::string name; std::getline(stream, name, ',');) names.push_back(name);
  return names;
}

dataset::SplitOptions MakeOptions(const Flags& flags, const CLI::App& app) {
  dataset::SplitOptions options;
  options.source = flags.raw;
  if (flags.root) options.root = *flags.root;
  if (flags.columns) options.columns = ParseNames(*flags.columns);
  options.json_key = flags.json_key;
  options.label_regex = flags.label_regex;
  if (flags.ratio == "auto") {
    options.ratio_rule = dataset::RatioRule::kAuto;
  } else if (app.get_option("--ratio")->count() > 0) {
    options.ratio = cli::ParseNumbers(flags.ratio, "--ratio");
  }
  if (!flags.fixed.empty()) options.fixed = ParseCounts(flags.fixed, "--fixed");
  options.val_fraction = flags.val_fraction;
  options.kfold = flags.kfold;
  options.sample = flags.sample;
  options.min_per_class = flags.min_per_class;
  options.balance = ByName(kBalances, flags.balance);
  options.assign = ByName(kAssigns, flags.assign);
  options.seed = flags.seed;
  options.group_by = flags.group_by;
  options.duplicates = ByName(kDuplicateRules, flags.duplicates);
  options.near_duplicates = flags.near_duplicates;
  options.check = ByName(kChecks, flags.check);
  options.jobs = flags.jobs;
  return options;
}

std::string Count(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void SayWhatWasFound(const dataset::SplitReport& report) {
  if (report.skipped_hidden > 0) cli::Say(Count(report.skipped_hidden, "hidden name") + " skipped");
  const std::vector<std::string>& skipped = report.skipped_not_image;
  if (!skipped.empty()) {
    cli::Say(Count(skipped.size(), "file") + " skipped, no image format" +
             (cli::Verbose() ? ":" : ", the first " + skipped.front() + " (-v lists them)"));
    if (cli::Verbose()) {
      for (const std::string& path : skipped) cli::Say("  " + path);
    }
  }
  if (!report.duplicates.empty()) {
    const std::string dropped =
        report.dropped > 0 ? Count(report.dropped, "picture") + " dropped" : "kept in one split";
    cli::Say(Count(report.duplicates.size(), "duplicate") + ", " + dropped + " (duplicates.csv)");
  }
}

int Run(const Flags& flags, const CLI::App& app) {
  if (flags.balance == NameOf(Balance::kOversample) && flags.materialize != NameOf(Materialize::kNone)) {
    throw dataset::Error::Usage("--balance oversample and --materialize exclude each other: files cannot say `repeat`");
  }
  const dataset::SplitOptions options = MakeOptions(flags, app);
  const dataset::SplitReport report = dataset::MakeSplit(options, *cli::MakeProgress());
  SayWhatWasFound(report);
  for (const std::string& warning : report.warnings) cli::Warn(warning);

  std::vector<std::string> not_of_the_result = {"output", "overwrite", "jobs"};
  const bool default_ratio = !options.ratio && options.ratio_rule == dataset::RatioRule::kGiven;
  if (default_ratio && (report.ready_made || options.fixed || options.kfold > 0)) not_of_the_result.push_back("ratio");
  dataset::SplitFolderOptions publish;
  publish.folder = flags.output;
  publish.overwrite = flags.overwrite;
  publish.samples_json = flags.samples_json ? dataset::SamplesJson::kYes : dataset::SamplesJson::kNo;
  publish.materialize = ByName(kMaterializes, flags.materialize);
  publish.jobs = options.jobs;
  publish.config_toml = cli::ResolvedConfig(app, not_of_the_result);
  publish.tool_version = cli::Version();
  const bool written = dataset::PublishSplit(report, publish);
  std::cout << cli::FormatSplitTable(report);
  cli::Say(flags.output + (written ? ": written" : ": unchanged"));
  return cli::kDone;
}

void DefineSource(CLI::App& app, Flags* flags) {
  app.add_option("raw", flags->raw,
                 "Folder RAW/CLASS/IMAGES or RAW/{train,val,test}/CLASS/IMAGES, or a list of images, CSV or JSON")
      ->required();
  app.add_option("--root", flags->root, "Of a list: folder that its paths begin at; default: where the list lies");
  app.add_option("--columns", flags->columns,
                 "Of a list: names of the columns of path and label; of a CSV without a header: of all columns; "
                 "default: path,label (JSON: image_id,label)");
  app.add_option("--json-key", flags->json_key, "Of a JSON list: member of the outermost object that holds it");
  app.add_option("--label-regex", flags->label_regex,
                 "Class = group 1 of this expression in the file name, such as '^(\\w+)\\.'; default: the folder");
}

void DefineRules(CLI::App& app, Flags* flags) {
  app.add_option("--ratio", flags->ratio, "Parts of train, val (and test) of each class, or auto: by number of images");
  app.add_option("--fixed", flags->fixed, "Images of each class: val,test (train: the rest) or train,val,test");
  app.add_option("--val-fraction", flags->val_fraction, "Ready-made splits without val: part of train for it");
  app.add_option("--kfold", flags->kfold, "Deal all that is not test (--ratio 80,0,20) into this many folds; 0: none");
  app.add_option("--sample", flags->sample, "Use only this part of each class, 0.1 for example");
  app.add_option("--min-per-class", flags->min_per_class,
                 "Refuse classes with fewer images; default: 2 for each split or fold asked for");
  app.add_option("--balance", flags->balance, "Of train: drop rows to the smallest class, or repeat up to the largest")
      ->check(OneOf(kBalances));
  app.add_option(
         "--assign", flags->assign,
         "quota: exact counts; hash: images added later never move old ones (counts vary, no --near-duplicates)")
      ->check(OneOf(kAssigns));
  app.add_option("--seed", flags->seed, "Number that decides which image goes where")->check(CLI::NonNegativeNumber);
}

void DefineGroups(CLI::App& app, Flags* flags) {
  app.add_option(
      "--group-by", flags->group_by,
      "Keep together in one split: parent (folder), regex:R (group 1 in the file name), column:C (of a list)");
  app.add_option("--duplicates", flags->duplicates,
                 "Images of equal bytes: keep them in one split, ignore it, or keep only the first path")
      ->check(OneOf(kDuplicateRules));
  app.add_option("--near-duplicates", flags->near_duplicates,
                 "Also images whose perceptual hashes differ in at most this many of 64 bits, 4 for example");
  app.add_option("--check", flags->check,
                 "none: files with an image's extension are taken unread; header: read it; full: decode all pixels")
      ->check(OneOf(kChecks));
}

void DefineOutput(CLI::App& app, Flags* flags) {
  app.add_option("-o,--output", flags->output, "Folder for manifest.csv, classes.txt and split.json")->required();
  app.add_flag("--samples-json", flags->samples_json, "Also write imageatm's train_samples.json and so on");
  app.add_option("--materialize", flags->materialize, "Also make OUTPUT/{train,val,test}/CLASS/IMAGES")
      ->check(OneOf(kMaterializes));
  app.add_option("-j,--jobs", flags->jobs, "Threads");
  app.add_flag("--overwrite", flags->overwrite, "Replace another split in the output folder");
}

}  // namespace

int main(int argc, char** argv) {
  return cli::RunTool(argc, argv, "dsplit", "Splits a folder or a list of photos into train, val and test.",
                      [](CLI::App& app) -> cli::Body {
                        auto flags = std::make_shared<Flags>();
                        DefineSource(app, flags.get());
                        DefineOutput(app, flags.get());
                        DefineRules(app, flags.get());
                        DefineGroups(app, flags.get());
                        return [flags, &app] { return Run(*flags, app); };
                      });
}
