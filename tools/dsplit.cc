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
#include "dataset/base/message_text.h"
#include "dataset/split/split_folder.h"
#include "dataset/split/splitter.h"
#include "tools/cli/cli.h"
#include "tools/flags/choice_option.h"
#include "tools/print/split_table.h"

namespace {

using dataset::Assign;
using dataset::Balance;
using dataset::DuplicateRule;
using dataset::ImageCheck;
using dataset::Materialize;
using dataset::OnMissing;
using dataset::SplitFolders;

struct Flags {
  std::string raw;
  std::string output;
  std::optional<std::string> root;
  std::optional<std::string> columns;
  std::string json_key;
  OnMissing on_missing = OnMissing::kFail;
  std::string label_regex;
  SplitFolders split_folders = SplitFolders::kAuto;
  std::string class_order = "auto";
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::string ratio = "80,10,10";
  std::string fixed;
  std::optional<double> val_fraction;
  uint32_t kfold = 0;
  std::optional<double> sample;
  std::optional<uint32_t> min_per_class;
  Balance balance = Balance::kNone;
  Assign assign = Assign::kQuota;
  std::string group_by;
  bool strict_groups = false;
  DuplicateRule duplicates = DuplicateRule::kGroup;
  std::optional<uint32_t> near_duplicates;
  ImageCheck check = ImageCheck::kHeader;
  Materialize materialize = Materialize::kNone;
  uint64_t seed = 0;
  int jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  bool samples_json = false;
  bool overwrite = false;
};

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
  options.on_missing = flags.on_missing;
  options.label_regex = flags.label_regex;
  options.split_folders = flags.split_folders;
  if (const auto order = dataset::ParseName<dataset::ClassOrder>(flags.class_order)) {
    options.class_order = *order;
  } else {
    options.class_list = flags.class_order;
  }
  options.include = flags.include;
  options.exclude = flags.exclude;
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
  options.balance = flags.balance;
  options.assign = flags.assign;
  options.seed = flags.seed;
  options.group_by = flags.group_by;
  options.strict_groups = flags.strict_groups ? dataset::StrictGroups::kYes : dataset::StrictGroups::kNo;
  options.duplicates = flags.duplicates;
  options.near_duplicates = flags.near_duplicates;
  options.check = flags.check;
  options.jobs = flags.jobs;
  return options;
}

std::string FateOfDuplicates(const dataset::SplitReport& report, size_t same, size_t alike) {
  const size_t dropped = report.dropped.size();
  std::string fate;
  if (dropped > 0) fate = dataset::Counted(dropped, "picture") + " dropped";
  if (dropped >= same && alike == 0) return fate;
  if (dropped > 0) fate += ", of the others ";
  if (report.torn_duplicates > 0)
    return fate + dataset::Counted(report.torn_duplicates, "picture") + " in several splits";
  return fate + (report.ready_made || dropped > 0 ? "none in several splits" : "kept in one split");
}

void SayWhatWasFound(const dataset::SplitReport& report) {
  for (const std::string& note : report.notes) cli::Say(note);
  const size_t all = report.duplicates.size();
  if (all == 0) return;
  const auto same = static_cast<size_t>(std::count_if(
      report.duplicates.begin(), report.duplicates.end(),
      [](const dataset::Duplicate& duplicate) { return duplicate.kind == dataset::Duplicate::Kind::kSame; }));
  const std::string kinds =
      same == all ? "" : " (" + std::to_string(same) + " of equal bytes, " + std::to_string(all - same) + " alike)";
  cli::Say(dataset::Counted(all, "duplicate") + kinds + ", " + FateOfDuplicates(report, same, all - same) +
           " (duplicates.csv)");
}

int Run(const Flags& flags, const CLI::App& app) {
  if (flags.balance == Balance::kOversample && flags.materialize != Materialize::kNone) {
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
  publish.materialize = flags.materialize;
  publish.jobs = options.jobs;
  publish.config_toml = cli::ResolvedConfig(app, not_of_the_result);
  publish.tool_version = cli::Version();
  const auto [written, locked] = dataset::PublishSplit(report, publish);
  if (!locked) cli::Warn("the file system has no locks: see to it that no other process writes " + flags.output);
  std::cout << cli::FormatSplitTable(report);
  cli::Say(flags.output + (written ? ": written" : ": unchanged"));
  return cli::kDone;
}

constexpr char kInput[] = "Input";
constexpr char kSplit[] = "Split";
constexpr char kLeaks[] = "Leaks and duplicates";
constexpr char kOutput[] = "Output";

void DefineSource(CLI::App& app, Flags* flags) {
  app.add_option(
         "raw", flags->raw,
         "Folder of photos, RAW/CLASS/PHOTOS, or already split, RAW/{train,val,test}/CLASS/PHOTOS; or a list of "
         "photos: CSV (also with tabs or semicolons, as spreadsheets save it), JSON or JSON Lines")
      ->required()
      ->group(kInput);
  app.add_option("--root", flags->root,
                 "For a list: folder that the paths in it start from; default: the folder of the list")
      ->type_name("FOLDER")
      ->group(kInput);
  app.add_option("--columns", flags->columns,
                 "For a list: names of its columns of path and class; for a CSV without a header: names of all its "
                 "columns; default: known by their usual names, such as path, filename, image_id and label, class")
      ->type_name("NAME,NAME")
      ->group(kInput);
  app.add_option("--json-key", flags->json_key,
                 "For a JSON list: name of the member of the outermost object that holds the list")
      ->type_name("NAME")
      ->group(kInput);
  cli::AddChoice(&app, "--on-missing", &flags->on_missing,
                 "For a list: what to do with files in it that do not exist: fail, or skip (rejected.csv has them)")
      ->group(kInput);
  app.add_option(
         "--label-regex", flags->label_regex,
         "Take the class from the file name: group 1 of this regular expression, such as '^(\\w+)\\.'; default: "
         "the class is the name of the folder")
      ->type_name("REGEX")
      ->group(kInput);
  cli::AddChoice(&app, "--split-folders", &flags->split_folders,
                 "auto: folders of RAW that are named train, valid, test-set and the like are splits, unless they lie "
                 "among classes; none: all folders are classes")
      ->group(kInput);
}

void DefineNames(CLI::App& app, Flags* flags) {
  app.add_option("--class-order", flags->class_order,
                 "Order of the labels: bytewise by name; natural, by the numbers in names; auto, natural if all names "
                 "are whole numbers, else bytewise; or a file like classes.txt, one name a line")
      ->type_name("ORDER|FILE")
      ->group(kInput);
  app.add_option(
         "--exclude", flags->exclude,
         "Leave out files and folders whose names, or paths below RAW, match: '*_thumb.jpg', runs, '/a/**/old'; "
         "may be repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false)
      ->group(kInput);
  app.add_option("--include", flags->include,
                 "Take what would be skipped by its name: hidden names, camera raw, backups, thumbnails and the like; "
                 "--exclude goes first; may be repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false)
      ->group(kInput);
}

void DefineOutput(CLI::App& app, Flags* flags) {
  app.add_option("-o,--output", flags->output, "Folder to write: manifest.csv, classes.txt, split.json and a chart")
      ->type_name("FOLDER")
      ->required()
      ->group(kOutput);
  app.add_flag("--overwrite", flags->overwrite, "Replace another split in the output folder")->group(kOutput);
  app.add_flag("--samples-json", flags->samples_json,
               "Also write train_samples.json, val_samples.json, test_samples.json, as imageatm reads them")
      ->group(kOutput);
  cli::AddChoice(&app, "--materialize", &flags->materialize,
                 "Also make OUTPUT/{train,val,test}/CLASS/PHOTOS, for programs that read folders: links to the photos, "
                 "or copies")
      ->group(kOutput);
}

void DefineRules(CLI::App& app, Flags* flags) {
  app.add_option("--ratio", flags->ratio,
                 "Parts of each class for train, val and test (or train and val); auto: by the number of photos, from "
                 "72,8,20 below 1000 to 85.5,9.5,5 from 10000 on")
      ->type_name("A,B,C")
      ->group(kSplit);
  app.add_option("--fixed", flags->fixed,
                 "Instead of --ratio: photos of each class for val,test (train gets the rest) or for train,val,test")
      ->type_name("N,N")
      ->group(kSplit);
  app.add_option("--val-fraction", flags->val_fraction,
                 "For photos already split, without val: part of train that becomes val, 0 to 1")
      ->group(kSplit);
  app.add_option("--kfold", flags->kfold,
                 "Number of folds for cross-validation, 2 to 1000, dealt from all photos that are not in test (try "
                 "--ratio 80,0,20); 0: none")
      ->group(kSplit);
  app.add_option("--sample", flags->sample, "Use only this part of each class, 0 to 1; default: all photos")
      ->group(kSplit);
  app.add_option("--min-per-class", flags->min_per_class,
                 "Refuse a class that has fewer photos; default: 2 for each split and fold")
      ->group(kSplit);
  cli::AddChoice(&app, "--balance", &flags->balance,
                 "Make all classes of train equally large: undersample leaves photos out, oversample lists photos "
                 "several times")
      ->group(kSplit);
  cli::AddChoice(&app, "--assign", &flags->assign,
                 "quota: counts are exact; hash: photos that are added later never move the others, but counts vary "
                 "(not with --near-duplicates)")
      ->group(kSplit);
  app.add_option("--seed", flags->seed, "Number that decides which photo goes to which split; any other deals anew")
      ->check(cli::AtLeast(0))
      ->group(cli::kGeneral);
}

void DefineGroups(CLI::App& app, Flags* flags) {
  app.add_option(
         "--group-by", flags->group_by,
         "Keep in one split what belongs together: parent (photos of one folder), regex:R (photos whose names "
         "have the same group 1 of R), column:C (rows of a list with the same value); default: each photo alone")
      ->type_name("RULE")
      ->group(kLeaks);
  app.add_flag("--strict-groups", flags->strict_groups,
               "Refuse photos to which --group-by gives no group, and groups of one photo each; default: warn of them")
      ->group(kLeaks);
  cli::AddChoice(&app, "--duplicates", &flags->duplicates,
                 "Files of equal bytes: group keeps them in one split, ignore lets them be, drop keeps the first path "
                 "alone but all paths if their classes differ, drop-conflicts keeps none of those")
      ->group(kLeaks);
  app.add_option("--near-duplicates", flags->near_duplicates,
                 "Also group photos that look alike, whose perceptual hashes differ in at most N of 64 bits, 0 to 16 "
                 "(try 4); --duplicates drops none of them; default: do not compare")
      ->group(kLeaks);
  cli::AddChoice(&app, "--check", &flags->check,
                 "How well each file is checked: none goes by the file's name, header reads its first bytes, full "
                 "decodes all pixels")
      ->group(kInput);
}

}  // namespace

int main(int argc, char** argv) {
  const cli::Tool tool = {
      .name = "dsplit",
      .what = "Splits a folder or a list of photos into train, val and test",
      .examples = {{"Deal 80 % of each class to train, 10 % to val and 10 % to test", "dsplit photos -o splits"},
                   {"Choose other parts, and deal by another seed",
                    "dsplit photos -o splits60 --ratio 60,20,20 --seed 1"},
                   {"Keep photos that look alike in one split", "dsplit photos -o alike --near-duplicates 4"},
                   {"Make five folds for cross-validation, beside 20 % for test",
                    "dsplit photos -o folds --ratio 80,0,20 --kfold 5"},
                   {"Read a list of photos with the columns path and label", "dsplit photos.csv -o listed"}},
      .groups = {kInput, kSplit, kLeaks, kOutput}};
  return cli::RunTool(argc, argv, tool, [](CLI::App& app) -> cli::Body {
    auto flags = std::make_shared<Flags>();
    DefineSource(app, flags.get());
    DefineNames(app, flags.get());
    DefineOutput(app, flags.get());
    DefineRules(app, flags.get());
    DefineGroups(app, flags.get());
    app.add_option("-j,--jobs", flags->jobs, "Number of threads (as many as the machine has cores)")
        ->group(cli::kGeneral);
    return [flags, &app] { return Run(*flags, app); };
  });
}
