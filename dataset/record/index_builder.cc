#include "dataset/record/index_builder.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_format.h"
#include "dataset/record/record_reader.h"
#include "dataset/record/shard_index.h"

namespace dataset {

namespace {

// Throws if a file holds anything but numbers, so that it is no index, of whatever file.
void RefuseOthers(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return;
  const std::string text = ReadFile(path);
  if (text.find_first_not_of("0123456789 \r\n") == text.npos) return;
  throw Error(path, "is there and is no index of records; move it away");
}

}  // namespace

uint64_t BuildIndex(const std::filesystem::path& file, Sync sync) {
  RecordReader reader(file);
  if (reader.compression() != RecordCompression::kNone) {
    throw Error(file, "is compressed, so it can have no index; inflate it first");
  }
  std::vector<IndexEntry> entries;
  while (const auto payload = reader.Next()) {
    entries.push_back({reader.offset(), kRecordOverheadBytes + payload->size()});
  }
  const std::filesystem::path index = file.string() + ".idx";
  RefuseOthers(index);
  PublishFile(index, FormatIndex(entries), sync);
  return entries.size();
}

}  // namespace dataset
