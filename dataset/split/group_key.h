#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dataset/source/name_pattern.h"
#include "dataset/split/sample_source.h"

namespace dataset {

// Gives each sample the key of its group. SplitOptions::group_by says what the key is: "parent" (the folder that holds
// the file), "regex:R" (what group 1 of R matches in the file name) or "column:C" (column C of the list, without blanks
// around it; none if IsNoValue of dataset/source/no_value.h). Thread-safe.
class GroupKey {
 public:
  // Throws Error::Usage if `group_by` has none of these forms or R is not a valid expression with a group.
  explicit GroupKey(const std::string& group_by);

  // The name C of "column:C"; empty for other keys.
  const std::string& column() const { return column_; }
  // The key of a sample; empty if it is a group of its own. "parent" gives "." for a file in the root, and leaves out
  // the folder of a ready-made split, so that train/walk/7 and test/walk/7 are one group.
  std::string Of(const SourceSample& sample) const;

 private:
  std::string column_;
  std::optional<NamePattern> pattern_;
};

// Returns the keys of all samples, or nothing if `group_by` is empty. Works in parallel.
std::vector<std::string> KeysOf(const std::vector<SourceSample>& samples, const std::string& group_by);

}  // namespace dataset
