#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "dataset/base/error.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_label.h"
#include "dataset/record/record_compression.h"

namespace dataset {

// Two names that records give to one class.
struct OtherName {
  uint32_t label;
  std::string name, other;
};

// What one file of another program holds, apart from its pictures.
struct ForeignScan {
  ForeignRecords records;
  std::map<uint32_t, std::string> names;  // by class, the first name that its records give, or ""
  std::optional<OtherName> other_name;    // the first record that gives its class another one
  uint64_t bytes = 0;                     // of the file
  uint32_t crc32c = 0;                    // of the CRCs of all payloads, as they stand in the file
  uint64_t unlabelled = 0;                // records without a label; their labels above are 0
  std::optional<Error> first_unlabelled;  // what is wrong with the first of them
};

// Throws Error if the file is compressed as a whole, because its records cannot be read in random order.
void RefuseCompressed(RecordCompression compression, const std::filesystem::path& path);

// What a scan does with a record that has no label (foreign_label.h).
enum class Unlabelled { kRefuse, kCount };

// Walks over the records of a file and returns their index and labels. Reads only the framing and the small features,
// usually a few kilobytes of each record; a record that is not written in the usual way is read whole. Checks the CRC
// of each length; the CRC of a payload is left to whoever reads the payload. Throws Error with file, record and offset
// for damage, for a record without a valid label (unless those without any are counted), and for a file that is
// compressed as a whole.
//
// Reading a record ends at its label and its name. So if a record had two labels, the first would
// count; everywhere else the last of equal keys counts. No usual writer makes such a record.
ForeignScan ScanForeignFile(const std::filesystem::path& path, const SampleKeys& keys, const ForeignFormat& format,
                            const ForeignClasses& classes, Unlabelled unlabelled);

}  // namespace dataset
