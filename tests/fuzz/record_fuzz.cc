// TFRecord files: plain, GZIP, ZLIB.
#include <string>
#include <vector>

#include "dataset/read/foreign_scan.h"
#include "dataset/record/record_format.h"
#include "dataset/record/record_reader.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/memory_file.h"

using namespace dataset;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const fuzz::MemoryFile file(fuzz::Bytes(data, size));
  fuzz::Accepts([&] {
    RecordReader reader(file.path());
    // An inflated stream may be a thousand times as long as the file.
    constexpr uint64_t kMaxRecords = 10000;
    uint64_t offset = 0;
    while (const auto payload = reader.Next()) {
      fuzz::Check(reader.offset() == offset);
      offset += kRecordOverheadBytes + payload->size();
      if (reader.compression() == RecordCompression::kNone) {
        fuzz::Check(ParseRecord(fuzz::Bytes(data, size).substr(reader.offset()), {}) == *payload);
      }
      if (reader.records() == kMaxRecords) return;
    }
    if (reader.compression() == RecordCompression::kNone) fuzz::Check(offset == size);
  });
  // The walk over labels finds the records that reading everything finds.
  fuzz::Accepts([&] {
    const ForeignScan scan = ScanForeignFile(file.path(), {}, {}, {1000, {}}, Unlabelled::kRefuse);
    uint64_t end = 0;
    for (const IndexEntry& entry : scan.records.index) {
      fuzz::Check(entry.offset == end);
      end += entry.size;
    }
    fuzz::Check(end == size && scan.records.labels.size() == scan.records.index.size());
  });
  return 0;
}
