#include "dataset/split/sample_source.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/manifest.h"
#include "dataset/io/file.h"
#include "dataset/io/file_tree.h"
#include "dataset/io/folder_reader.h"
#include "dataset/split/group_key.h"
#include "dataset/split/name_pattern.h"
#include "dataset/split/sample_list.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

void CheckClassName(const fs::path& root, std::string_view name) {
  if (HasControlCharacter(name)) {
    throw Error(Printable((root / name).string()), "is a class name with a control character; rename it");
  }
}

fs::path ResolveRoot(const fs::path& root) {
  std::error_code error;
  fs::path resolved = fs::canonical(root, error);
  if (error) throw Error::System(root, "cannot read the folder", error.value());
  if (!fs::is_directory(resolved, error)) throw Error(root, "is not a folder");
  if (!IsUtf8(resolved.native())) {
    throw Error(Printable(resolved.native()), "the name is not UTF-8; rename it");
  }
  return resolved;
}

// Splits a path at its first slash; the second part is empty if there is none.
std::pair<std::string_view, std::string_view> SplitPath(std::string_view path) {
  const size_t slash = path.find('/');
  return {path.substr(0, slash), slash == path.npos ? "" : path.substr(slash + 1)};
}

// Whether all folders of the root are named after splits and one of them is train.
bool IsReadyMade(const FileTree& tree, const fs::path& root) {
  int count[3] = {};
  for (const std::string& path : tree.folders) {
    if (path.find('/') != path.npos) continue;
    const std::optional<Split> split = ParseSplit(path);
    if (!split) return false;
    ++count[static_cast<int>(*split)];
  }
  if (count[static_cast<int>(Split::kTrain)] == 0) return false;
  if (count[static_cast<int>(Split::kVal)] > 1) {
    throw Error(root, "has both val and validation; join them");
  }
  return true;
}

std::vector<std::string> ClassFolders(const FileTree& tree, const SampleSource& source) {
  std::set<std::string, std::less<>> names;
  for (const std::string& path : tree.folders) {
    const auto [first, rest] = SplitPath(path);
    const std::string_view name = source.ready_made ? rest : first;
    if (name.empty() || name.find('/') != name.npos) continue;
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
                                    {options.group_by.starts_with("column:"), "`group_by` column:C"}}) {
    if (given)
      throw Error::Usage(std::string(name) + " is for a list, but " + options.source.string() + " is a folder");
  }
  SampleSource source;
  source.root = ResolveRoot(options.source);
  FileTree tree = ScanFileTree(source.root, progress);
  source.ready_made = IsReadyMade(tree, source.root);
  source.hidden = tree.hidden;
  source.no_files = std::move(tree.others);
  std::optional<NamePattern> pattern;
  if (options.label_regex.empty()) {
    source.class_folders = ClassFolders(tree, source);
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
        if (!rest.empty()) sample.split = ParseSplit(name);
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

// Returns a listed path relative to the root, without "./" at its beginning, so that each file has one spelling.
std::string RelativePath(const std::string& listed, const std::string& root, const std::string& list) {
  std::string_view path = listed;
  if (path.starts_with(root) && path.substr(root.size()).starts_with('/')) path.remove_prefix(root.size() + 1);
  while (path.starts_with("./")) path.remove_prefix(2);
  if (!IsCleanRelativePath(path)) {
    throw Error(list, "path \"" + Printable(listed) + "\" is not a plain path under " + root);
  }
  return std::string(path);
}

SampleSource ReadList(const SplitOptions& options) {
  if (!options.label_regex.empty())
    throw Error::Usage("`label_regex` is for a folder, but " + options.source.string() +
                       " is a list, which has labels");
  const std::string file = options.source.string();
  const std::string text = ReadFile(options.source);
  SampleListOptions list_options;
  list_options.columns = options.columns;
  list_options.json_key = options.json_key;
  if (!options.group_by.empty()) list_options.extra_column = GroupKey(options.group_by).column();
  std::vector<ListedSample> listed = ParseSampleList(text, file, list_options);

  SampleSource source;
  const fs::path beside = options.source.has_parent_path() ? options.source.parent_path() : fs::path(".");
  source.root = ResolveRoot(options.root.value_or(beside));
  source.list_sha256 = Sha256Hex(text);
  source.ready_made = listed.front().split.has_value();
  for (ListedSample& sample : listed) {
    source.samples.push_back({RelativePath(sample.path, source.root.string(), file), std::move(sample.label),
                              sample.split, std::move(sample.extra)});
  }
  try {
    FolderReader(source.root).FileSize(source.samples.front().path);
  } catch (const Error& error) {
    throw Error(file, std::string("its first path: ") + error.what() +
                          "; `root` names the folder that paths begin at, `columns` the columns of path and label");
  }
  std::sort(source.samples.begin(), source.samples.end(),
            [](const SourceSample& a, const SourceSample& b) { return a.path < b.path; });
  const auto twice = std::adjacent_find(source.samples.begin(), source.samples.end(),
                                        [](const SourceSample& a, const SourceSample& b) { return a.path == b.path; });
  if (twice != source.samples.end()) {
    throw Error(file, "path \"" + Printable(twice->path) + "\" is there more than once");
  }
  return source;
}

}  // namespace

SampleSource ReadSampleSource(const SplitOptions& options, Progress& progress) {
  std::error_code error;
  return fs::is_regular_file(options.source, error) ? ReadList(options) : ReadFolder(options, progress);
}

}  // namespace dataset
