#pragma once

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_source.h"

namespace dataset {

// Adds to info->notes what looks as if the records were meant in another way than they are read: files whose names tell
// no split, labels that do not begin at the first class, classes without records, a split of one class only,
// pictures that lose bits.
void AddForeignNotes(const ForeignSource& source, const ForeignOptions& options, DatasetInfo* info);

}  // namespace dataset
