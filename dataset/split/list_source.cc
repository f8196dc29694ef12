#include "dataset/split/list_source.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/manifest.h"
#include "dataset/io/file.h"
#include "dataset/io/folder_reader.h"
#include "dataset/split/group_key.h"
#include "dataset/split/sample_list.h"
#include "dataset/split/source_root.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

SampleSource ReadListSource(const SplitOptions& options) {
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
  source.root = ResolveSourceRoot(options.root.value_or(beside));
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

}  // namespace dataset
