#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/source/list_columns.h"
#include "dataset/source/sample_list.h"

namespace dataset {

// Finds the columns that hold nothing but names of splits.
class SplitNames {
 public:
  explicit SplitNames(size_t columns) : only_(columns, 1) {}

  // Takes the value of a column in the next row.
  void Add(size_t column, std::string_view text);
  // Whether all values so far are names of splits.
  bool Only(size_t column) const { return only_[column] != 0; }

 private:
  std::vector<char> only_;
};

// Checks and cleans the values of a list that was read, and writes its notes and warnings. Labels and extras lose the
// blanks at their ends; labels that are all whole numbers such as "1.0" lose the ".0". `splits` has the text of the
// split column for each sample, or is empty; `names` has seen all columns; `format` says how the list is written.
// Throws Error for an empty list, and with the place for an empty path or label, a control character in a label and an
// unknown split.
void FinishSampleList(const ListColumns& columns, const std::vector<std::string>& splits, const SplitNames& names,
                      const std::string& format, const std::string& file, SampleList* list);

}  // namespace dataset
