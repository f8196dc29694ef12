#pragma once

#include <cstddef>
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
  // order. Default: the columns are known by their usual names (dataset/source/list_columns.h).
  std::optional<std::vector<std::string>> columns;
  std::string json_key;      // JSON: the member of the outermost object that holds the list; empty: the text is a list
  std::string extra_column;  // a further column to read, into ListedSample::extra; empty: none
};

struct ListedSample {
  std::string path;            // as written
  std::string label;           // without blanks at its ends
  std::optional<Split> split;  // nullopt if no column gives splits
  std::string extra;           // the value of extra_column, without blanks at its ends
  size_t place = 0;            // the line in a CSV or in JSON Lines, counted from 1; the element of a JSON list, from 0
};

struct SampleList {
  std::vector<ListedSample> samples;  // in the order of the list; all have a split or none has
  std::string unit = "line";          // of ListedSample::place: "line" or "element"
  std::vector<std::string> notes;     // sentences on how the text was read; the first is on its format and columns
  std::vector<std::string> warnings;  // sentences on what is probably wrong in it

  // "line 7" or "element 3"
  std::string PlaceOf(const ListedSample& sample) const;
};

// Parses the bytes of a list of samples: JSON if the text begins with '[' or '{' (JSON Lines if its first line is an
// object of its own), otherwise a table as TableReader has it. The bytes may come from anyone. Throws Error, which
// names `file`, the line or element, and the cure, for missing or repeated columns, empty paths or labels or such
// with a line break, a quote that is not closed and so takes in rows, unknown splits and an empty list; Error::Usage
// for bad `options`.
SampleList ParseSampleList(std::string_view bytes, const std::string& file, const SampleListOptions& options);

}  // namespace dataset
