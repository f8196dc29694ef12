#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_source.h"

namespace dataset {

// A sentence on files that have no records: `empty`, of all `files`. "" if there are none.
std::string NoteOfEmptyFiles(const std::vector<std::filesystem::path>& empty, size_t files);

// Adds to info->notes source.notes, and what looks as if the records were meant in another way than they are read:
// files whose names tell no split, labels that do not begin at the first class, classes without records, a split of one
// class only, pictures that lose bits.
void AddForeignNotes(const ForeignSource& source, const ForeignOptions& options, DatasetInfo* info);

}  // namespace dataset
