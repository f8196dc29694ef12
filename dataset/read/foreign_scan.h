#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_sample.h"
#include "dataset/record/record_compression.h"

namespace dataset {

// What one file of another program holds, apart from its pictures.
struct ForeignScan {
  ForeignRecords records;
  std::map<uint32_t, std::string> names;  // if asked for: by class, the name in the first record of the class, or ""
  uint64_t bytes = 0;                     // of the file
};

// Throws Error if the file is compressed as a whole, because its records cannot be read in random order.
void RefuseCompressed(RecordCompression compression, const std::filesystem::path& path);

// Whether a scan looks for the names of classes.
enum class ForeignNames { kIgnore, kRead };

// Walks over the records of a file and returns their index and labels. Reads only the framing and the small features,
// usually a few kilobytes of each record; a record that is not written in the usual way is read whole. Checks the CRC
// of each length; the CRC of a payload is left to whoever reads the payload. Throws Error with file, record and offset
// for damage, for a record without a valid label, and for a file that is compressed as a whole.
//
// Reading a record ends at its label (and its name, if asked for). So if a record had two labels, the first would
// count; everywhere else the last of equal keys counts. No usual writer makes such a record.
ForeignScan ScanForeignFile(const std::filesystem::path& path, const SampleKeys& keys, const ForeignFormat& format,
                            const ForeignClasses& classes, ForeignNames names);

}  // namespace dataset
