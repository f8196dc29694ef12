#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/split.h"

namespace dataset {

struct SampleListOptions {
  // The names of the columns (CSV) or members (JSON). The path is the one named "path", else the first; the label the
  // one named "label", else the next. A CSV whose first row does not hold all of them has no header: then they are its
  // columns in order. Default: path,label; for JSON image_id,label.
  std::optional<std::vector<std::string>> columns;
  std::string json_key;      // JSON: the member of the outermost object that holds the list; empty: it is the list
  std::string extra_column;  // one more column to read; empty: none
};

struct ListedSample {
  std::string path;
  std::string label;
  std::optional<Split> split;  // if there is a column "split"
  std::string extra;
};

// A JSON list of objects if the text begins with '[' or '{', else CSV. Untrusted: throws Error naming `file` and the
// line or element for missing columns, empty paths and labels, bad splits. Paths are as they stand there.
std::vector<ListedSample> ParseSampleList(std::string_view text, const std::string& file,
                                          const SampleListOptions& options);

}  // namespace dataset
