#include "dataset/index_builder.h"

#include <vector>

#include "dataset/error.h"
#include "dataset/file.h"
#include "dataset/record_format.h"
#include "dataset/record_reader.h"
#include "dataset/shard_index.h"
#include "dataset/sync.h"

namespace dataset {

uint64_t BuildIndex(const std::filesystem::path& file, Sync sync) {
  RecordReader reader(file);
  if (reader.compression() != RecordCompression::kNone) {
    throw Error(Place{file.string(), {}, {}}, "is compressed, and an index is of no use there; inflate it first");
  }
  std::vector<IndexEntry> entries;
  while (const auto payload = reader.Next()) {
    entries.push_back({reader.offset(), kRecordOverheadBytes + payload->size()});
  }
  PublishFile(file.string() + ".idx", FormatIndex(entries), sync);
  return entries.size();
}

}  // namespace dataset
