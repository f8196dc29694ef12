#include "dataset/split/split_folder.h"

#include <tbb/global_control.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string_view>
#include <system_error>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/split_info.h"
#include "dataset/io/csv.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/split/class_chart.h"
#include "dataset/split/samples_json.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr char kManifestName[] = "manifest.csv";
constexpr std::string_view kManifestColumns = "path,label,split";
constexpr char kClassesName[] = "classes.txt";
constexpr char kConfigName[] = "config.toml";
constexpr char kInfoName[] = "split.json";
constexpr char kRejectedName[] = "rejected.csv";
constexpr char kSkippedName[] = "skipped.csv";
constexpr char kDuplicatesName[] = "duplicates.csv";
constexpr char kChartName[] = "class_counts.svg";

void Check(const std::error_code& error, const fs::path& path, const std::string& cause) {
  if (error) throw Error::System(path, cause, error.value());
}

bool Exists(const fs::path& path) {
  std::error_code error;
  const bool exists = fs::exists(path, error);
  Check(error, path, "cannot read");
  return exists;
}

// Throws Error for files of others where the split's would be: `manifest.csv` and `split.json` tell whose they are, and
// the manifest is written first.
void RefuseOthersFiles(const SplitFolderOptions& options) {
  const auto refuse = [&](const std::string& name) {
    throw Error(options.folder / name, "is there already and was not written by dsplit; choose another folder");
  };
  const fs::path manifest = options.folder / kManifestName, info = options.folder / kInfoName;
  if (Exists(info)) {
    const auto json = nlohmann::json::parse(ReadFile(info), nullptr, /*allow_exceptions=*/false);
    // One that is no JSON counts as a damaged one of dsplit.
    if (!json.is_discarded() && !(json.is_object() && json.contains("format_version"))) refuse(kInfoName);
    return;
  }
  if (Exists(manifest)) {
    if (!ReadFile(manifest).starts_with(kManifestColumns)) refuse(kManifestName);
    return;
  }
  for (const char* name : {kClassesName, kConfigName, kRejectedName, kSkippedName, kDuplicatesName, kChartName}) {
    if (Exists(options.folder / name)) refuse(name);
  }
  if (options.samples_json == SamplesJson::kNo) return;
  for (const std::string& name : SamplesJsonNames()) {
    if (Exists(options.folder / name)) refuse(name);
  }
}

SplitInfo MakeInfo(const SplitReport& report, const std::string& tool_version) {
  SplitInfo info;
  info.tool_version = tool_version;
  info.root = report.root.string();
  info.seed = report.seed;
  info.classes = report.manifest.classes;
  for (Split split : kSplits) {
    const std::vector<uint32_t>& counts = report.counts[static_cast<size_t>(split)];
    const uint32_t samples = std::accumulate(counts.begin(), counts.end(), uint32_t{0});
    if (samples > 0) info.splits.push_back({split, samples, counts});
  }
  info.skipped_hidden =
      static_cast<uint32_t>(std::count_if(report.skipped.begin(), report.skipped.end(),
                                          [](const SkippedName& name) { return name.kind == SkipKind::kHidden; }));
  info.skipped_not_image = static_cast<uint32_t>(report.skipped.size()) - info.skipped_hidden;
  info.rejected = static_cast<uint32_t>(report.rejected.size());
  info.duplicates_dropped = report.dropped;
  info.groups = report.groups;
  info.fingerprint = report.fingerprint;
  info.options = report.options;
  return info;
}

// "`seed` is 1 there and 2 here" for the first thing that differs.
std::string Difference(const SplitInfo& there, const SplitInfo& here) {
  if (there.root != here.root) return "it is of " + there.root;
  std::map<std::string, std::string> keys = there.options;
  keys.insert(here.options.begin(), here.options.end());
  for (const auto& [key, unused] : keys) {
    const auto value = [&key = key](const SplitInfo& info) {
      const auto found = info.options.find(key);
      return found == info.options.end() ? "absent" : found->second;
    };
    if (value(there) != value(here)) return "`" + key + "` is " + value(there) + " there and " + value(here) + " here";
  }
  return "the images have changed";
}

void Remove(const fs::path& file) {
  std::error_code error;
  fs::remove(file, error);
  Check(error, file, "cannot remove");
}

std::string FormatRejected(const std::vector<RejectedImage>& rejected) {
  std::string csv;
  AppendCsvRow({"path", "reason"}, &csv);
  for (const RejectedImage& image : rejected) AppendCsvRow({image.path, image.reason}, &csv);
  return csv;
}

std::string FormatSkipped(const std::vector<SkippedName>& skipped) {
  std::string csv;
  AppendCsvRow({"path", "kind"}, &csv);
  for (const SkippedName& name : skipped) AppendCsvRow({Printable(name.path), std::string(NameOf(name.kind))}, &csv);
  return csv;
}

void PublishSamplesJson(const Manifest& manifest, const SplitReport& report, const SplitFolderOptions& options) {
  if (options.samples_json == SamplesJson::kNo) return;
  for (const auto& [name, content] : FormatSamplesJson(manifest, report.rejected)) {
    PublishFile(options.folder / name, content, Sync::kYes);
  }
}

// Makes the files and trees that the options ask for, from a manifest that stays.
void CompleteExtras(const Manifest& manifest, const SplitReport& report, const SplitFolderOptions& options) {
  PublishSamplesJson(manifest, report, options);
  if (options.materialize == Materialize::kNone) return;
  SplitTrees(manifest, report.root, options.materialize, options.folder, OldTree::kKeepIfWhole).Publish();
}

// Refuses an output inside a scanned folder, which would be a class of the next run, and photos inside the output's
// trees, which would be replaced.
void CheckOutside(const fs::path& folder, const SplitReport& report) {
  const fs::path& root = report.root;
  if (!report.list && IsInside(folder, root)) {
    throw Error::Usage("the output folder " + folder.string() + " lies within the raw folder " + root.string() +
                       "; choose another output folder");
  }
  for (Split split : kSplits) {
    if (IsInside(root, folder / NameOf(split))) {
      throw Error::Usage("the raw folder " + root.string() + " lies where the output's " + std::string(NameOf(split)) +
                         " would be; choose another output folder");
    }
  }
}

}  // namespace

bool PublishSplit(const SplitReport& report, const SplitFolderOptions& options) {
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(options.jobs));
  const fs::path& folder = options.folder;
  const fs::path manifest_file = folder / kManifestName, classes_file = folder / kClassesName;
  const fs::path info_file = folder / kInfoName;
  const SplitInfo info = MakeInfo(report, options.tool_version);
  const std::string manifest = FormatManifest(report.manifest);
  CheckOutside(folder, report);
  RefuseOthersFiles(options);

  std::error_code error;
  const bool has_manifest = Exists(manifest_file), has_info = Exists(info_file);
  if (has_info) {
    if (!options.overwrite) {
      const SplitInfo there = LoadSplitInfo(folder);
      if (there.fingerprint != info.fingerprint) {
        throw Error(folder, "holds another split (" + Difference(there, info) + "); `overwrite` replaces it");
      }
      if (has_manifest && Exists(classes_file)) {
        CompleteExtras(LoadManifest(manifest_file), report, options);
        fs::last_write_time(info_file, fs::file_time_type::clock::now(), error);
        Check(error, info_file, "cannot set the time");
        return false;
      }
    }
  } else if (has_manifest && !options.overwrite && ReadFile(manifest_file) != manifest) {
    throw Error(manifest_file, "holds another split, without a split.json; `overwrite` replaces it");
  }

  fs::create_directories(folder, error);
  Check(error, folder, "cannot make the folder");
  SplitTrees trees(report.manifest, report.root, options.materialize, folder, OldTree::kReplace);
  Remove(info_file);
  trees.Publish();
  if (has_info || has_manifest) {
    for (const std::string& name : SamplesJsonNames()) Remove(folder / name);
    Remove(folder / kDuplicatesName);
  }
  PublishFile(manifest_file, manifest, Sync::kYes);
  PublishFile(classes_file, FormatClasses(report.manifest.classes), Sync::kYes);
  PublishFile(folder / kRejectedName, FormatRejected(report.rejected), Sync::kYes);
  PublishFile(folder / kSkippedName, FormatSkipped(report.skipped), Sync::kYes);
  if (!report.duplicates.empty()) {
    PublishFile(folder / kDuplicatesName, FormatDuplicates(report.duplicates), Sync::kYes);
  }
  PublishFile(folder / kChartName, FormatClassChart(report.manifest.classes, report.counts), Sync::kYes);
  PublishSamplesJson(report.manifest, report, options);
  PublishFile(folder / kConfigName, options.config_toml, Sync::kYes);
  PublishFile(info_file, FormatSplitInfo(info), Sync::kYes);
  return true;
}

}  // namespace dataset
