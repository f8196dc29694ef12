#pragma once

#include <string>
#include <vector>

#include "dataset/source/list_columns.h"
#include "dataset/source/sample_list.h"

namespace dataset {

// Checks and cleans the values of a list that was read, and writes its notes and warnings. Labels and extras lose the
// blanks at their ends; labels that are all whole numbers such as "1.0" lose the ".0". `splits` has the text of the
// split column for each sample, or is empty; `format` says how the list is written. Throws Error for an empty list, and
// with the place for an empty path or label, a control character in a label and an unknown split.
void FinishSampleList(const ListColumns& columns, const std::vector<std::string>& splits, const std::string& format,
                      const std::string& file, SampleList* list);

}  // namespace dataset
