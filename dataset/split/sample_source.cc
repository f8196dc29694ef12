#include "dataset/split/sample_source.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/io/file_tree.h"
#include "dataset/source/name_pattern.h"
#include "dataset/source/source_root.h"
#include "dataset/split/list_source.h"
#include "dataset/split/split_layout.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

void CheckClassName(const fs::path& root, std::string_view name) {
  if (HasControlCharacter(name)) {
    throw Error(Printable((root / name).string()), "is a class name with a control character; rename it");
  }
}

// Splits a path at its first slash; the second part is empty if there is none.
std::pair<std::string_view, std::string_view> SplitPath(std::string_view path) {
  const size_t slash = path.find('/');
  return {path.substr(0, slash), slash == path.npos ? "" : path.substr(slash + 1)};
}

// Whether all that a folder had was left out by `exclude`.
bool IsEmptied(const std::string& folder, const FileTree& tree, const std::vector<SkippedName>& skipped) {
  const std::string prefix = folder + '/';
  const auto file = std::lower_bound(tree.files.begin(), tree.files.end(), prefix);
  if (file != tree.files.end() && file->starts_with(prefix)) return false;
  return std::any_of(skipped.begin(), skipped.end(), [&](const SkippedName& name) {
    return name.kind == SkipKind::kExcluded && name.path.starts_with(prefix);
  });
}

std::vector<std::string> ClassFolders(const FileTree& tree, const SplitLayout& layout, const SampleSource& source) {
  std::set<std::string, std::less<>> names;
  for (const std::string& path : tree.folders) {
    const auto [first, rest] = SplitPath(path);
    if (!layout.splits.empty() && !layout.splits.contains(first)) continue;
    const std::string_view name = layout.splits.empty() ? first : rest;
    if (name.empty() || name.find('/') != name.npos) continue;
    if (IsEmptied(path, tree, source.skipped)) continue;
    CheckClassName(source.root, name);
    names.emplace(name);
  }
  return {names.begin(), names.end()};
}

// The class folder at the beginning of `path`, which has no split folder any more; "" if the file lies in none.
std::string LabelOfFolder(std::string_view path) {
  const auto [name, rest] = SplitPath(path);
  return rest.empty() ? "" : std::string(name);
}

SampleSource ReadFolder(const SplitOptions& options, Progress& progress) {
  for (const auto& [given, name] : {std::pair(options.root.has_value(), "`root`"),
                                    {options.columns.has_value(), "`columns`"},
                                    {!options.json_key.empty(), "`json_key`"},
                                    {options.on_missing != OnMissing::kFail, "`on_missing`"},
                                    {options.group_by.starts_with("column:"), "`group_by` column:C"}}) {
    if (given)
      throw Error::Usage(std::string(name) + " is for a list, but " + options.source.string() + " is a folder");
  }
  SampleSource source;
  source.root = ResolveSourceRoot(options.source);
  NameFilter filter(options.include, options.exclude);
  const auto skips = [&](std::string_view path) {
    const std::optional<SkipKind> kind = filter.Skips(path);
    if (kind) source.skipped.push_back({std::string(path), *kind});
    return kind.has_value();
  };
  FileTree tree = ScanFileTree(source.root, skips, progress);
  for (std::string& path : tree.others) source.skipped.push_back({std::move(path), SkipKind::kNoFile});
  SplitLayout layout = FindSplitLayout(tree, source.root, options);
  source.ready_made = !layout.splits.empty();
  source.notes = std::move(layout.notes);
  source.warnings = filter.WarningsOfUnused();
  source.warnings.insert(source.warnings.end(), layout.warnings.begin(), layout.warnings.end());
  std::optional<NamePattern> pattern;
  if (options.label_regex.empty()) {
    source.class_folders = ClassFolders(tree, layout, source);
    if (source.class_folders.empty()) {
      throw Error(source.root, "holds no class folders; expected " + std::string(source.ready_made ? "train/" : "") +
                                   "CLASS/IMAGES below it, or a `label_regex`");
    }
  } else {
    pattern.emplace(options.label_regex, "`label_regex`");
  }

  source.samples.resize(tree.files.size());
  tbb::parallel_for(tbb::blocked_range<size_t>(0, tree.files.size(), 1024), [&](const auto& range) {
    for (size_t i = range.begin(); i != range.end(); ++i) {
      SourceSample& sample = source.samples[i];
      sample.path = std::move(tree.files[i]);
      std::string_view path = sample.path;
      if (source.ready_made) {
        const auto [name, rest] = SplitPath(path);
        const auto split = layout.splits.find(name);
        if (!rest.empty() && split != layout.splits.end()) sample.split = split->second;
        path = rest;
      }
      sample.label = pattern ? pattern->Capture(sample.path) : LabelOfFolder(path);
      if (source.ready_made && !sample.split) sample.label.clear();
    }
  });
  if (pattern) {
    for (const SourceSample& sample : source.samples) CheckClassName(source.root, sample.label);
  }
  return source;
}

}  // namespace

SampleSource ReadSampleSource(const SplitOptions& options, Progress& progress) {
  std::error_code error;
  return fs::is_regular_file(options.source, error) ? ReadListSource(options) : ReadFolder(options, progress);
}

}  // namespace dataset
