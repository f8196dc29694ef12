#include "dataset/split/split_folder.h"

#include <tbb/global_control.h>

#include <algorithm>
#include <numeric>
#include <system_error>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/split_info.h"
#include "dataset/io/csv.h"
#include "dataset/io/file.h"
#include "dataset/io/file_lock.h"
#include "dataset/io/removal.h"
#include "dataset/io/sync.h"
#include "dataset/split/class_chart.h"
#include "dataset/split/samples_json.h"
#include "dataset/split/split_files.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr char kLockName[] = ".dsplit.lock";

void Check(const std::error_code& error, const fs::path& path, const std::string& cause) {
  if (error) throw Error::System(path, cause, error.value());
}

bool Exists(const fs::path& path) {
  std::error_code error;
  const bool exists = fs::exists(path, error);
  Check(error, path, "cannot read");
  return exists;
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
  info.duplicates_dropped = static_cast<uint32_t>(report.dropped.size());
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

// Refuses an output inside a scanned folder, which would be a class of the next run, and a list or photos where the
// output's files and trees would be, which would be replaced.
void CheckOutside(const fs::path& folder, const SplitReport& report) {
  constexpr char kCure[] = "; choose another output folder";
  const fs::path& root = report.root;
  if (report.list.empty() && IsInside(folder, root)) {
    throw Error::Usage("the output folder " + folder.string() + " lies within the raw folder " + root.string() + kCure);
  }
  for (const std::string& name : SplitFileNames()) {
    std::error_code none;
    if (report.list.empty() || !fs::equivalent(report.list, folder / name, none)) continue;
    throw Error::Usage("the list " + report.list.string() + " is where the output's " + name + " would be" + kCure);
  }
  for (Split split : kSplits) {
    const fs::path tree = folder / NameOf(split);
    const std::string where = " where the output's " + std::string(NameOf(split)) + " would be";
    if (IsInside(root, tree)) throw Error::Usage("the raw folder " + root.string() + " lies" + where + kCure);
    if (report.list.empty() || !IsSplitTree(tree) || !IsInside(tree, root)) continue;
    const std::string below = fs::canonical(tree).lexically_relative(root).string() + "/";
    const auto& entries = report.manifest.entries;
    const auto entry =
        std::lower_bound(entries.begin(), entries.end(), below,
                         [](const ManifestEntry& one, const std::string& path) { return one.path < path; });
    if (entry == entries.end() || !entry->path.starts_with(below)) continue;
    throw Error::Usage("the list names " + Printable(entry->path) + ", which dsplit made" + where + kCure);
  }
}

// Whether the folder holds this very split. Throws Error if it holds another one that may not be replaced.
bool HoldsTheSplit(const SplitInfo& info, const std::string& manifest, const SplitFolderOptions& options) {
  const fs::path& folder = options.folder;
  RefuseOthersSplitFiles(folder, {kInfoName});
  if (options.overwrite) return false;
  const bool has_manifest = Exists(folder / kManifestName);
  if (Exists(folder / kInfoName)) {
    const SplitInfo there = LoadSplitInfo(folder);
    if (there.fingerprint != info.fingerprint) {
      throw Error(folder, "holds another split (" + Difference(there, info) + "); `overwrite` replaces it");
    }
    return has_manifest && Exists(folder / kClassesName);
  }
  RefuseOthersSplitFiles(folder, {kManifestName});
  if (has_manifest && ReadFile(folder / kManifestName) != manifest) {
    throw Error(folder / kManifestName, "holds another split, without a split.json; `overwrite` replaces it");
  }
  return false;
}

}  // namespace

PublishedSplit PublishSplit(const SplitReport& report, const SplitFolderOptions& options) {
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(options.jobs));
  const fs::path& folder = options.folder;
  const fs::path info_file = folder / kInfoName;
  const SplitInfo info = MakeInfo(report, options.tool_version);
  const std::string manifest = FormatManifest(report.manifest);
  CheckOutside(folder, report);
  std::error_code error;
  fs::create_directories(folder, error);
  Check(error, folder, "cannot make the folder");
  const FileLock lock(folder / kLockName, folder);
  if (options.samples_json == SamplesJson::kYes) RefuseOthersSplitFiles(folder, SamplesJsonNames());
  if (HoldsTheSplit(info, manifest, options)) {
    CompleteExtras(LoadManifest(folder / kManifestName), report, options);
    fs::last_write_time(info_file, fs::file_time_type::clock::now(), error);
    Check(error, info_file, "cannot set the time");
    return {.written = false, .locked = lock.locked()};
  }
  RefuseOthersSplitFiles(
      folder, {kManifestName, kClassesName, kConfigName, kRejectedName, kSkippedName, kDuplicatesName, kChartName});

  SplitTrees trees(report.manifest, report.root, options.materialize, folder, OldTree::kReplace);
  RemoveFile(info_file);
  trees.Publish();
  for (const std::string& name : SamplesJsonNames()) {
    if (IsOwnSplitFile(folder, name)) RemoveFile(folder / name);
  }
  RemoveFile(folder / kDuplicatesName);
  RemoveFile(folder / kClassesName);  // a list of other classes would not be known beside the new manifest
  PublishFile(folder / kManifestName, manifest, Sync::kYes);
  PublishFile(folder / kClassesName, FormatClasses(report.manifest.classes), Sync::kYes);
  PublishFile(folder / kRejectedName, FormatRejected(report.rejected), Sync::kYes);
  PublishFile(folder / kSkippedName, FormatSkipped(report.skipped), Sync::kYes);
  if (!report.duplicates.empty()) {
    PublishFile(folder / kDuplicatesName, FormatDuplicates(report.duplicates), Sync::kYes);
  }
  PublishFile(folder / kChartName, FormatClassChart(report.manifest.classes, report.counts), Sync::kYes);
  PublishSamplesJson(report.manifest, report, options);
  PublishFile(folder / kConfigName, options.config_toml, Sync::kYes);
  PublishFile(info_file, FormatSplitInfo(info), Sync::kYes);
  return {.written = true, .locked = lock.locked()};
}

}  // namespace dataset
