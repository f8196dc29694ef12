#include "dataset/split/group_key.h"

#include "dataset/base/error.h"

namespace dataset {
namespace {

constexpr std::string_view kParent = "parent", kRegex = "regex:", kColumn = "column:";

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
  if (!column_.empty()) return sample.column;
  const size_t slash = sample.path.rfind('/');
  return slash == sample.path.npos ? "." : sample.path.substr(0, slash);
}

}  // namespace dataset
