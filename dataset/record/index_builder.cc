#include "dataset/record/index_builder.h"

#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_format.h"
#include "dataset/record/record_reader.h"
#include "dataset/record/shard_index.h"

namespace dataset {

uint64_t BuildIndex(const std::filesystem::path& file, Sync sync) {
  RecordReader reader(file);
  if (reader.compression() != RecordCompression::kNone) {
    throw Error(file, "is compressed, so it can have no index; inflate it first");
  }
  std::vector<IndexEntry> entries;
  while (const auto payload = reader.Next()) {
    entries.push_back({reader.offset(), kRecordOverheadBytes + payload->size()});
  }
  PublishFile(file.string() + ".idx", FormatIndex(entries), sync);
  return entries.size();
}

}  // namespace dataset
