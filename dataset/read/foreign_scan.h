#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_sample.h"
#include "dataset/record/record_compression.h"

namespace dataset {

// What is known of a file without its pictures.
struct ForeignScan {
  ForeignRecords records;
  std::map<uint32_t, std::string> names;  // of the labels, by the first record of each; if they were asked for
  uint64_t bytes = 0;
};

// Throws Error for a file whose records cannot be read at random.
void RefuseCompressed(RecordCompression compression, const std::filesystem::path& path);

enum class ForeignNames { kIgnore, kRead };

// Walks over a file's records, reading their framing and their small features: of a record, some kilobytes at most.
// CRCs of lengths are checked, those of payloads are left to whoever reads them. Throws Error with file, record and
// offset for damage, for a file that is compressed as a whole and for records without a label. Reading ends at the
// label, so one that comes twice in a record, which no map's writer makes, is taken as it comes first.
ForeignScan ScanForeignFile(const std::filesystem::path& path, const SampleKeys& keys, const ForeignFormat& format,
                            const ForeignClasses& classes, ForeignNames names);

}  // namespace dataset
