#include "dataset/split/group_key.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <string_view>

#include "dataset/base/error.h"
#include "dataset/catalog/split.h"
#include "dataset/source/no_value.h"

namespace dataset {
namespace {

constexpr std::string_view kParent = "parent", kRegex = "regex:", kColumn = "column:", kBlanks = " \t\r\n";

std::string WithoutBlanks(const std::string& text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

std::string FolderOf(const SourceSample& sample) {
  std::string_view path = sample.path;
  const size_t first = path.find('/');
  if (sample.split && first != path.npos && ParseSplit(path.substr(0, first)) == sample.split) {
    path.remove_prefix(first + 1);
  }
  const size_t last = path.rfind('/');
  return last == path.npos ? "." : std::string(path.substr(0, last));
}

}  // namespace

GroupKey::GroupKey(const std::string& group_by) {
  if (group_by.starts_with(kRegex)) {
    pattern_.emplace(group_by.substr(kRegex.size()), "`group_by` regex");
  } else if (group_by.starts_with(kColumn) && group_by.size() > kColumn.size()) {
    column_ = group_by.substr(kColumn.size());
  } else if (group_by != kParent) {
    throw Error::Usage("`group_by` '" + group_by + "': it must be parent, regex:R or column:C");
  }
}

std::string GroupKey::Of(const SourceSample& sample) const {
  if (pattern_) return pattern_->Capture(sample.path);
  if (column_.empty()) return FolderOf(sample);
  return IsNoValue(sample.column) ? "" : WithoutBlanks(sample.column);
}

std::vector<std::string> KeysOf(const std::vector<SourceSample>& samples, const std::string& group_by) {
  if (group_by.empty()) return {};
  const GroupKey key(group_by);
  std::vector<std::string> keys(samples.size());
  tbb::parallel_for(tbb::blocked_range<size_t>(0, keys.size(), 1024), [&](const auto& range) {
    for (size_t i = range.begin(); i != range.end(); ++i) keys[i] = key.Of(samples[i]);
  });
  return keys;
}

}  // namespace dataset
