#pragma once

#include <optional>
#include <string>

#include "dataset/split/name_pattern.h"
#include "dataset/split/sample_source.h"

namespace dataset {

// Which samples belong together by their names: "parent" (the folder that the picture lies in), "regex:R" (on the file
// name, capture 1) or "column:C" (a column of the list). Thread-safe.
class GroupKey {
 public:
  // Throws Error::Usage for anything else.
  explicit GroupKey(const std::string& group_by);

  // Empty unless the key is a column.
  const std::string& column() const { return column_; }
  // "" for a sample that is a group of its own.
  std::string Of(const SourceSample& sample) const;

 private:
  std::string column_;
  std::optional<NamePattern> pattern_;
};

}  // namespace dataset
