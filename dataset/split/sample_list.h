#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/split.h"

namespace dataset {

struct SampleListOptions {
  // The names of the columns (CSV) or members (JSON): two or more, different, not empty. The column named "path" holds
  // the path; if there is none, the first does. The column named "label" holds the label; if there is none, the next
  // does. A CSV whose first row lacks one of the names has no header; the names then are those of its columns, in
  // order. Default: path, label for CSV; image_id, label for JSON.
  std::optional<std::vector<std::string>> columns;
  std::string json_key;      // JSON: the member of the outermost object that holds the list; empty: the text is a list
  std::string extra_column;  // a further column to read, into ListedSample::extra; empty: none
};

struct ListedSample {
  std::string path;
  std::string label;
  std::optional<Split> split;  // nullopt if there is no column "split"
  std::string extra;           // the value of extra_column
};

// Parses a list of samples: JSON if the text begins with '[' or '{', otherwise CSV. The text may come from anyone:
// missing columns, empty paths or labels, unknown splits and an empty list throw Error, which names `file` and the line
// or element. Throws Error::Usage for bad `options`. Paths are returned as written, in the order of the list.
std::vector<ListedSample> ParseSampleList(std::string_view text, const std::string& file,
                                          const SampleListOptions& options);

}  // namespace dataset
